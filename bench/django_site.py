"""A site with django-appointment in it, for the bench of the API; runs in the environment that `django_peer.py` makes.

One service of half an hour, one person who gives it from 9 to 18 on every day, mail off, sessions in the database,
SQLite as durable as ours. `python django_site.py FILE TAKEN` makes the database, with the slots taken that the JSON
file TAKEN lists, and prints the session of a client who is signed in; gunicorn then serves `application` from FILE.
"""

import json
import os
import sys
from datetime import datetime, time, timedelta
from pathlib import Path

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

FILE = os.environ.get("SITE_DATABASE") or sys.argv[1]
HALF_AN_HOUR = timedelta(minutes=30)

settings.configure(
    SECRET_KEY="a bench needs no secret, and this is long enough to be taken for one",
    DEBUG=False,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    TIME_ZONE="Europe/Berlin",
    STATIC_URL="static/",
    EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FILE,
            "CONN_MAX_AGE": None,
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"},
        }
    },
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
        "phonenumber_field",
        "appointment",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    LOGGING={"version": 1, "disable_existing_loggers": True, "root": {"level": "CRITICAL"}},
    APPOINTMENT_WEBSITE_NAME="Linden Practice",
)
django.setup()
urlpatterns = [path("", include("appointment.urls"))]
application = get_wsgi_application()


def make(taken: list[str]) -> str:
    """The database, and the session of who is signed in."""
    from appointment.models import Appointment, AppointmentRequest, Config, Service, StaffMember, WorkingHours
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)  # the wheel brings no migrations
    people = get_user_model()
    mara = people.objects.create_user("mara", "mara@linden.example", first_name="Mara", last_name="Lind")
    jo = people.objects.create_user("jo", "jo@example.org", first_name="Jo", last_name="Almeida")
    hours = {"lead_time": time(9), "finish_time": time(18)}
    Config.objects.create(slot_duration=30, appointment_buffer_time=0, **hours)
    service = Service.objects.create(name="A first conversation", duration=HALF_AN_HOUR, price=0)
    staff = StaffMember.objects.create(
        user=mara, slot_duration=30, work_on_saturday=True, work_on_sunday=True, appointment_buffer_time=0, **hours
    )
    staff.services_offered.add(service)
    for day in range(7):
        WorkingHours.objects.create(staff_member=staff, day_of_week=day, start_time=time(9), end_time=time(18))
    for text in taken:
        start = datetime.fromisoformat(text)
        times = {"start_time": start.time(), "end_time": (start + HALF_AN_HOUR).time()}
        asked = AppointmentRequest.objects.create(date=start.date(), service=service, staff_member=staff, **times)
        Appointment.objects.create(client=jo, appointment_request=asked, phone="+4930901820")
    session = SessionStore()
    session[SESSION_KEY] = str(jo.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = jo.get_session_auth_hash()
    session.create()
    return str(session.session_key)


if __name__ == "__main__":
    sys.stdout.write(make(json.loads(Path(sys.argv[2]).read_text())) + "\n")
