"""A real SMTP server on loopback that keeps what it is given."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest_asyncio
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Postbox:
    """Where mail arrives: `url` for SMTP_URL, `messages` in order of arrival, `refuse` the reply to give instead."""

    port: int = 0
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refuse: str | None = None
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # aiosmtpd's name
        if self.refuse:
            return self.refuse
        async with self.arrived:
            message = message_from_bytes(envelope.content, policy=policy.default)  # type: ignore[arg-type]
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
            self.recipients.append(list(envelope.rcpt_tos))
            self.arrived.notify_all()
        return "250 kept"

    async def wait_for(self, count: int, within: float = 15) -> list[EmailMessage]:
        """All messages, as soon as there are `count` of them; TimeoutError after `within` seconds."""
        async with asyncio.timeout(within), self.arrived:
            await self.arrived.wait_for(lambda: len(self.messages) >= count)
        return list(self.messages)


@pytest_asyncio.fixture
async def smtp_server() -> AsyncIterator[Postbox]:
    """An empty postbox that listens until the test ends."""
    postbox = Postbox()
    sessions: list[SMTP] = []

    def accept() -> SMTP:
        sessions.append(SMTP(postbox, hostname="localhost", enable_SMTPUTF8=True, loop=asyncio.get_running_loop()))
        return sessions[-1]

    listening = await asyncio.get_running_loop().create_server(accept, "127.0.0.1", 0)
    postbox.port = listening.sockets[0].getsockname()[1]
    yield postbox
    listening.close()
    for session in sessions:
        if session.transport is not None:
            session.transport.abort()
    await listening.wait_closed()
