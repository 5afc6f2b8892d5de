"""From which address of the network a request comes."""

from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"


def client_address(request: HttpRequest) -> str:
    """The client's address, also behind as many proxies as `TRUSTED_PROXIES` says; UNKNOWN if it can't be read.

    Each proxy adds the address that asked it at the end of X-Forwarded-For, so what stands further left can be
    forged. A list that is shorter than the number of proxies wasn't written by them: then the address counts that
    is connected to this server.
    """
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    proxies = settings.TRUSTED_PROXIES
    if 0 < proxies <= len(forwarded) and forwarded != [""]:
        return tidied(forwarded[-proxies])
    return tidied(request.META.get("REMOTE_ADDR", ""))


def tidied(address: str) -> str:
    """An IP address in its shortest form, without port or zone; an IPv4 one inside IPv6 as itself."""
    host = address.strip()
    if host.startswith("["):
        host = host[1:].partition("]")[0]
    elif host.count(":") == 1:
        host = host.partition(":")[0]
    try:
        parsed = ip_address(host.partition("%")[0])
    except ValueError:
        return UNKNOWN
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)


def network_of(address: str) -> str:
    """What one client has for itself: an IPv4 address, or the first half of an IPv6 address (RFC 6177)."""
    if ":" not in address:
        return address
    first_half = int(IPv6Address(address)) >> 64 << 64
    return f"{IPv6Address(first_half)}/64"
