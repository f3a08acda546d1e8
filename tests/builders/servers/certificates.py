"""Certificates for a day, signed by an authority that is known to nobody else."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def authority(folder: Path, name: str = "ca") -> Path:
    """Its certificate, NAME.pem, with its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = _named(f"authority {name}")
    made = _begun(subject, subject, key.public_key())
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    made = made.add_extension(_uses(signs=True), critical=True)
    _write(folder / name, made.sign(key, hashes.SHA256()), key)
    return folder / f"{name}.pem"


def certificate_for(folder: Path, host: str, name: str = "server", by: str = "ca") -> Path:
    """The certificate of a server at that host, NAME.pem and NAME.key, signed by the authority in the same folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    signer = serialization.load_pem_private_key((folder / f"{by}.key").read_bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    above = x509.load_pem_x509_certificate((folder / f"{by}.pem").read_bytes())
    alternative: x509.GeneralName = x509.DNSName(host)
    with suppress(ValueError):
        alternative = x509.IPAddress(ip_address(host))
    made = _begun(_named(host), above.subject, key.public_key())
    made = made.add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.add_extension(_uses(signs=False), critical=True)
    _write(folder / name, made.sign(signer, hashes.SHA256()), key)
    return folder / f"{name}.pem"


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )


def _uses(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _write(file: Path, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> None:
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.with_suffix(".pem").write_bytes(public)
    file.with_suffix(".key").write_bytes(private)
    # PostgreSQL refuses a key that others may read
    file.with_suffix(".key").chmod(0o600)
