"""Pages of accounts, collected."""

from server.accounts import account, sign_in
from server.accounts.factors import pages as factors
from server.accounts.factors import second_step
from server.accounts.links import pages as links
from server.accounts.reach import pages as reach
from server.accounts.sign_on import pages as sign_on
from server.accounts.sign_on import settings as sign_on_settings
from server.accounts.team import pages as team
from server.routing import GuardedRoute

routes: list[GuardedRoute] = [
    *sign_in.routes,
    *sign_on.routes,
    *sign_on_settings.routes,
    *second_step.routes,
    *factors.routes,
    *links.routes,
    *account.routes,
    *reach.routes,
    *team.routes,
]
demo_routes: list[GuardedRoute] = links.demo_routes
