"""Which internet addresses are those of servers that may be asked: none that IANA keeps for something else.

The rows are those of IANA's two registries of special-purpose addresses, all of them, also those that are reachable
from everywhere (AS112, AMT, TURN anycast): no server of somebody else's is at one. Besides, multicast and, of IPv6,
whatever lies outside the block that global addresses are given from (RFC 4291).
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Ip = IPv4Address | IPv6Address

SPECIAL_4 = {
    "0.0.0.0/8": "this network, RFC 791",
    "10.0.0.0/8": "private use, RFC 1918",
    "100.64.0.0/10": "shared by a provider's customers, RFC 6598",
    "127.0.0.0/8": "loopback, RFC 1122",
    "169.254.0.0/16": "link local, RFC 3927",
    "172.16.0.0/12": "private use, RFC 1918",
    "192.0.0.0/24": "protocol assignments, among them DS-Lite, PCP, TURN and NAT64 discovery, RFC 6890",
    "192.0.2.0/24": "documentation, RFC 5737",
    "192.31.196.0/24": "AS112, RFC 7535",
    "192.52.193.0/24": "AMT, RFC 7450",
    "192.88.99.0/24": "relays of 6to4, given up, RFC 7526, and of 6a44, RFC 6751",
    "192.168.0.0/16": "private use, RFC 1918",
    "192.175.48.0/24": "AS112, RFC 7534",
    "198.18.0.0/15": "benchmarking, RFC 2544",
    "198.51.100.0/24": "documentation, RFC 5737",
    "203.0.113.0/24": "documentation, RFC 5737",
    "224.0.0.0/4": "multicast, RFC 5771",
    "240.0.0.0/4": "reserved, and broadcast at its end, RFC 1112 and 8190",
}
SPECIAL_6 = {
    "2001::/23": "protocol assignments, among them Teredo, benchmarking, AMT, ORCHID and drones, RFC 2928",
    "2001:db8::/32": "documentation, RFC 3849",
    "2002::/16": "6to4, whose relays were given up, RFC 3056 and 7526",
    "2620:4f:8000::/48": "AS112, RFC 7534",
    "3fff::/20": "documentation, RFC 9637",
}
GLOBAL_6 = IPv6Network("2000::/3")
"""Outside it lie loopback, 64:ff9b:1::/48, 100::/64, 100:0:0:1::/64, 5f00::/16, fc00::/7, fe80::/10, ff00::/8."""
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: how a network without IPv4 reaches the address in the last 32 bits

_NOT_4 = tuple(map(IPv4Network, SPECIAL_4))
_NOT_6 = tuple(map(IPv6Network, SPECIAL_6))


def is_public(address: Ip) -> bool:
    """Whether somebody else's server may be there; an IPv4 address within one of IPv6 is judged by itself."""
    if isinstance(address, IPv4Address):
        return not any(address in one for one in _NOT_4)
    inner = address.ipv4_mapped
    if address in NAT64:
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    if inner is not None:
        return is_public(inner)
    return address in GLOBAL_6 and not any(address in one for one in _NOT_6)
