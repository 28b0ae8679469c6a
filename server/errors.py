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
├── TooMany               429  carries `retry_after` in seconds
└── Unavailable           503

Expected refusals of a form are values with a reason, not exceptions: see each `rules.py`.
"""


class ParlourError(Exception):
    """Root of everything above; `status` is the HTTP answer, `template` what a person sees."""

    status = 500

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail

    @property
    def template(self) -> str:
        return f"errors/{self.status}.html"


class SignInNeeded(ParlourError):
    status = 401


class SecondFactorNeeded(ParlourError):
    status = 401


class Forbidden(ParlourError):
    status = 403


class NotFound(ParlourError):
    status = 404


class Conflict(ParlourError):
    status = 409


class Gone(ParlourError):
    status = 410


class TooLarge(ParlourError):
    status = 413


class Unprocessable(ParlourError):
    status = 422


class TooMany(ParlourError):
    status = 429

    def __init__(self, retry_after: int) -> None:
        super().__init__("too many requests")
        self.retry_after = retry_after


class Unavailable(ParlourError):
    status = 503
