"""What can go wrong between a request and its answer.

ParlourError
├── SignInNeeded          401  nobody is signed in, or the login ended
├── SecondFactorNeeded    401  the password is right, the second step is missing
├── Forbidden             403  known person, not theirs
├── NotFound              404  unknown, foreign or hidden: one answer for all
├── Conflict              409  the state moved on
├── Gone                  410  a link that was good once
├── TooLarge              413
├── Unprocessable         422  a request that no form of ours sends
│   └── NotJson           422  a program's body that is no JSON object
├── TooMany               429  carries `retry_after` in seconds
└── Unavailable           503

Expected refusals of a form are values with a reason, not exceptions: see each `rules.py`.
"""


class ParlourError(Exception):
    """Root of everything above; `status` is the HTTP answer, `template` what a person sees, `reason` what a program
    reads, a stable code."""

    status = 500
    reason = "unexpected"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def template(self) -> str:
        return f"errors/{self.status}.html"


class SignInNeeded(ParlourError):
    status = 401
    reason = "not_known"


class SecondFactorNeeded(ParlourError):
    status = 401
    reason = "second_step_needed"


class Forbidden(ParlourError):
    status = 403
    reason = "forbidden"


class NotFound(ParlourError):
    status = 404
    reason = "not_found"


class Conflict(ParlourError):
    status = 409
    reason = "conflict"


class Gone(ParlourError):
    status = 410
    reason = "gone"


class TooLarge(ParlourError):
    status = 413
    reason = "too_large"


class Unprocessable(ParlourError):
    status = 422
    reason = "not_understood"


class NotJson(Unprocessable):
    reason = "not_json"


class TooMany(ParlourError):
    status = 429
    reason = "too_many"

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many requests")
        self.retry_after = retry_after


class Unavailable(ParlourError):
    status = 503
    reason = "unavailable"
