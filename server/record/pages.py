"""Every route of the record. The page that shows it whole stands beside the visit, since it shows visits too."""

from server.record import standing
from server.record.care import pages as care
from server.record.documents import pages as documents
from server.record.emergency import pages as emergency
from server.record.export import pages as export
from server.record.genes import bringing
from server.record.genes import pages as genes
from server.record.medicines import pages as medicines
from server.record.notes import pages as notes
from server.record.plan import pages as plan
from server.record.prompts import pages as prompts
from server.record.prompts.filed import pages as prompts_filed
from server.record.trends import pages as trends
from server.routing import GuardedRoute

routes: list[GuardedRoute] = [
    *notes.routes,
    *care.routes,
    *genes.routes,
    *medicines.routes,
    *trends.routes,
    *bringing.routes,
    *documents.routes,
    *plan.routes,
    *prompts.routes,
    *prompts_filed.routes,
    *standing.routes,
    *export.routes,
    *emergency.routes,
]
