"""A mail server on 127.0.0.1, just big enough for one message at a time, that does as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """`cut_after_data`: it takes the message, and the connection ends before it says so."""

    port: int = 0
    refuses: bool = False
    cut_after_data: bool = False
    messages: list[str] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            writer.write(b"220 mail.example ESMTP\r\n")
            while line := await reader.readline():
                verb = line.decode().split()[0].upper()
                if verb == "DATA":
                    writer.write(b"354 go on\r\n")
                    self.messages.append((await reader.readuntil(b"\r\n.\r\n")).decode())
                    if self.cut_after_data:
                        writer.transport.abort()
                        return
                    writer.write(b"250 taken\r\n")
                elif verb == "RCPT" and self.refuses:
                    writer.write(b"550 no such person\r\n")
                elif verb == "QUIT":
                    writer.write(b"221 bye\r\n")
                    await writer.drain()
                    return
                else:
                    writer.write(b"250 ok\r\n")
                await writer.drain()
        except ConnectionError:
            pass  # the other side has had enough
        finally:
            writer.close()

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}/?from=forebay@example.com&to=oncall@example.com&mode=insecure"


@asynccontextmanager
async def mail_server() -> AsyncIterator[MailServer]:
    mail = MailServer()
    server = await asyncio.start_server(mail.serve, "127.0.0.1", 0)
    mail.port = server.sockets[0].getsockname()[1]
    try:
        yield mail
    finally:
        server.close()
