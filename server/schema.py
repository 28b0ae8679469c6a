"""Every table of the records in one place, for migrations, backup and tests. Nobody else imports it but app.py."""

import server.accounts.reach.tables
import server.accounts.sign_on.tables
import server.accounts.tables
import server.audit.guards
import server.audit.tables
import server.booking.api.tables
import server.booking.asking.tables
import server.booking.calendars.tables
import server.booking.constraints
import server.booking.grouping.tables
import server.booking.holding.tables
import server.booking.importing.tables
import server.booking.intake.tables
import server.booking.paying.tables
import server.booking.reminders.tables
import server.booking.series.tables
import server.booking.tables
import server.booking.waitlist.tables
import server.calm.tables
import server.clinic.calendars.tables
import server.clinic.days.tables
import server.clinic.intake.tables
import server.clinic.licences.tables
import server.clinic.look.tables
import server.clinic.opening.tables
import server.clinic.paying.tables
import server.clinic.resources.tables
import server.clinic.tables
import server.embed.tables
import server.interop.keys.tables
import server.interop.webhooks.tables
import server.journal.tables
import server.letters.tables
import server.measures.tables
import server.outbox
import server.patients.acting.tables
import server.patients.care.tables
import server.patients.consents.tables
import server.patients.guards
import server.patients.merging.tables
import server.patients.space.tables
import server.patients.tables
import server.record.care.tables
import server.record.documents.tables
import server.record.guards
import server.record.notes.tables
import server.safety.alerts.tables
import server.safety.checking.tables
import server.safety.roster.tables
import server.support.tables
import server.visit.away.tables
import server.visit.check.tables
import server.visit.checklist.tables
import server.visit.handover.tables
import server.visit.ladder.tables
import server.visit.late.tables
import server.visit.medium.tables
import server.visit.presence.tables
import server.visit.push.tables
import server.visit.recall.tables
import server.visit.tables
import server.visit.talk.tables  # noqa: F401
from server.db import Base

metadata = Base.metadata
