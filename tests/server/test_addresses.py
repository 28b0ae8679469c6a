"""Every row of IANA's registries of special-purpose addresses, at its first and last address, and what wraps one."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest

from server.addresses import is_public

# iana-ipv4-special-registry and iana-ipv6-special-registry, row by row, and the two blocks of multicast.
REGISTRIES = """
0.0.0.0/8 0.0.0.0/32 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.0.0/29
192.0.0.8/32 192.0.0.9/32 192.0.0.10/32 192.0.0.170/32 192.0.0.171/32 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24
192.88.99.0/24 192.88.99.2/32 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4
255.255.255.255/32 224.0.0.0/4
::1/128 ::/128 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001::/32 2001:1::1/128 2001:1::2/128 2001:1::3/128
2001:2::/48 2001:3::/32 2001:4:112::/48 2001:10::/28 2001:20::/28 2001:30::/28 2001:db8::/32 2002::/16 2620:4f:8000::/48
3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8
"""
ROWS = REGISTRIES.split()
OUTSIDE = """
1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 172.15.255.255
172.32.0.0 192.0.1.0 192.0.3.0 192.31.195.255 192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255
198.20.0.0 203.0.112.255 203.0.114.0 223.255.255.255
2000:: 2001:200:: 2001:db7:ffff:ffff:ffff:ffff:ffff:ffff 2001:db9:: 2003:: 2620:4f:7fff:: 2620:4f:8001:: 3ffe::
3fff:1000:: 2001:4860:4860::8888
"""
BESIDE = OUTSIDE.split()


@pytest.mark.parametrize("row", ROWS)
def test_no_address_of_a_row_is_public(row: str) -> None:
    network = ip_network(row)
    assert not is_public(network[0])
    assert not is_public(network[-1])
    assert not is_public(network[network.num_addresses // 2])


@pytest.mark.parametrize("address", BESIDE)
def test_what_lies_just_beside_a_row_is(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("wrap", ["::ffff:0:0", "64:ff9b::"])
def test_a_wrapped_address_is_judged_by_what_it_wraps(wrap: str) -> None:
    """Mapped (RFC 4291 2.5.5.2), and what a network without IPv4 makes of a name (RFC 6052)."""
    for row in ROWS[:27]:
        assert not is_public(_within(wrap, IPv4Address(ip_network(row)[0].packed)))
    assert is_public(_within(wrap, IPv4Address("8.8.8.8")))


@pytest.mark.parametrize(
    "address",
    [
        "::7f00:1",  # compatible, given up (RFC 4291 2.5.5.1)
        "::808:808",
        "::ffff:0:808:808",  # translated, RFC 2765
        "2002:7f00:1::",  # 6to4 of 127.0.0.1, and of a public one
        "2002:808:808::",
        "2001:0:7f00:1::",  # Teredo by way of 127.0.0.1, and to it
        "2001:0:808:808:0:0:80ff:fffe",
        "64:ff9b:1::808:808",  # a translation of the local network's own
        "4000::1",
    ],
)
def test_tunnels_and_what_is_given_to_nobody_are_not(address: str) -> None:
    assert not is_public(ip_address(address))


def _within(wrap: str, address: IPv4Address) -> IPv6Address:
    return IPv6Address(int(IPv6Address(wrap)) | int(address))
