"""TLS as an HTTPS listener terminates it: the certificate by the name that the client asks for, HTTP/1.1 inside."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from tempfile import NamedTemporaryFile

from hivemind.emulator.balancer.config import Certificate, Tls, TlsVersion

VERSIONS: dict[TlsVersion, ssl.TLSVersion] = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


def server_context(tls: Tls) -> ssl.SSLContext:
    """The context that connections begin with: it has the default certificate and goes over to another by SNI.

    As https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html has it: a
    name that no certificate has gets the default one. Of several that have it, an exact name wins over a wildcard.
    """
    contexts = [_context(certificate, tls) for certificate in tls.certificates]
    by_name = dict(reversed([*_named(tls, contexts)]))

    def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name is not None:
            wildcard = "*." + name.lower().partition(".")[2]
            connection.context = by_name.get(name.lower()) or by_name.get(wildcard) or contexts[0]

    contexts[0].sni_callback = choose
    return contexts[0]


def _named(tls: Tls, contexts: list[ssl.SSLContext]) -> Iterator[tuple[str, ssl.SSLContext]]:
    for certificate, context in zip(tls.certificates, contexts, strict=True):
        for name in certificate.names:
            yield name.lower(), context


def _context(certificate: Certificate, tls: Tls) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version, context.maximum_version = VERSIONS[tls.oldest], VERSIONS[tls.newest]
    context.set_alpn_protocols(["http/1.1"])
    # OpenSSL reads certificates from files only; this one is readable by us alone and gone at once.
    with NamedTemporaryFile("w", suffix=".pem") as file:
        file.write(certificate.pem)
        file.flush()
        context.load_cert_chain(file.name)
    return context
