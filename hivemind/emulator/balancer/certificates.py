"""The certificates of HTTPS listeners: from moto's ACM and IAM, as PEM with the names they are for.

What was imported or uploaded is used as it is. What was requested is made here: moto signs it in Amazon's name with
another's key, so that no client could ever trust it; here it is signed by itself, and GetCertificate shows it.
"""

from __future__ import annotations

import datetime
from functools import lru_cache
from typing import Any

from hivemind.emulator.balancer.config import Certificate

BACKDATED = datetime.timedelta(minutes=5)


def find(backend: Any, arn: str) -> Certificate | None:
    """The certificate of an ARN, as an elbv2 `backend` of moto reaches it; None when there is none that can be used."""
    if ":iam:" in arn:
        uploaded = _iam(backend).get_certificate_by_arn(arn)
        return _certificate(uploaded.cert_body, uploaded.cert_chain, uploaded.private_key) if uploaded else None
    bundle = _acm(backend)._certificates.get(arn)
    if bundle is None:
        return None
    if bundle.type == "AMAZON_ISSUED":
        _sign_by_itself(bundle)
        return _certificate(bundle.cert, None, bundle.key)
    return _certificate(bundle.cert, bundle.chain, bundle.key)


def status(backend: Any, arn: str) -> str:
    """The status that ACM tells; uploaded ones are always ISSUED; empty when there is no such certificate."""
    from moto.acm.exceptions import CertificateNotFound

    if ":iam:" in arn:
        return "ISSUED" if _iam(backend).get_certificate_by_arn(arn) else ""
    try:
        return str(_acm(backend).get_certificate(arn).status)
    except CertificateNotFound:
        return ""


@lru_cache(64)
def names_in(pem: str) -> tuple[str, ...]:
    """The host names that a PEM certificate is for: its alternative names, else its common name."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID

    found = x509.load_pem_x509_certificate(pem.encode())
    try:
        alternative = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return tuple(alternative.get_values_for_type(x509.DNSName))
    except x509.ExtensionNotFound:
        return tuple(str(name.value) for name in found.subject.get_attributes_for_oid(NameOID.COMMON_NAME))


def _certificate(body: bytes | str, chain: bytes | str | None, key: bytes | str) -> Certificate:
    parts = [part.decode() if isinstance(part, bytes) else part for part in (body, chain or "", key)]
    return Certificate("\n".join(part.strip() for part in parts if part.strip()) + "\n", names_in(parts[0]))


def _sign_by_itself(bundle: Any) -> None:
    """Replace moto's certificate by one with the same key and names that vouches for itself; once."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.serialization import Encoding

    made = bundle._cert
    if made.issuer == made.subject:
        return
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, bundle.common_name)])
    builder = (
        x509.CertificateBuilder(subject, subject, made.public_key(), made.serial_number)
        .not_valid_before(made.not_valid_before_utc - BACKDATED)
        .not_valid_after(made.not_valid_after_utc)
        .add_extension(made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    bundle._cert = builder.sign(bundle._key, hashes.SHA256())
    bundle.cert = bundle._cert.public_bytes(Encoding.PEM)


def _acm(backend: Any) -> Any:
    from moto.acm.models import acm_backends

    return acm_backends[backend.account_id][backend.region_name]


def _iam(backend: Any) -> Any:
    from moto.iam.models import iam_backends

    return iam_backends[backend.account_id][backend.partition]
