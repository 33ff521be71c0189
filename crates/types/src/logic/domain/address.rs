//! Addresses: numbers of two families. Networks: a tree of halves.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use tamis_lang::value::Constant;

use super::{Bound, constants};

/// The first address of every stretch between two bounds.
pub(super) fn addresses(bounds: &[Bound<'_>]) -> Vec<Constant> {
    let mut found: Vec<IpAddr> = Vec::new();
    for constant in constants(bounds) {
        let (first, last) = match constant {
            Constant::Ip(ip) => (*ip, *ip),
            Constant::Network(network) => (network.network(), network.broadcast()),
            _ => continue,
        };
        // A network's own address is no plain example of what is in it, so the one behind it comes first.
        found.extend([next(first), Some(first), Some(last), next(last)].into_iter().flatten());
    }
    found.extend([IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)]);
    found.into_iter().map(Constant::Ip).collect()
}

fn next(ip: IpAddr) -> Option<IpAddr> {
    match ip {
        IpAddr::V4(ip) => u32::from(ip).checked_add(1).map(|ip| IpAddr::V4(ip.into())),
        IpAddr::V6(ip) => u128::from(ip).checked_add(1).map(|ip| IpAddr::V6(ip.into())),
    }
}

/// Every constant network, its halves, what is around it, and the other half of each of these.
pub(super) fn networks(bounds: &[Bound<'_>]) -> Vec<Constant> {
    let mut found: Vec<IpNet> = Vec::new();
    for constant in constants(bounds) {
        let own = match constant {
            Constant::Network(network) => *network,
            Constant::Ip(ip) => IpNet::from(*ip),
            _ => continue,
        };
        found.push(own);
        found.extend(own.subnets(own.prefix_len().saturating_add(1)).into_iter().flatten());
        let mut around = own.supernet();
        while let Some(network) = around {
            found.extend(network.subnets(network.prefix_len().saturating_add(1)).into_iter().flatten());
            found.push(network);
            around = network.supernet();
        }
    }
    found.extend([IpNet::V4(Ipv4Net::default()), IpNet::V6(Ipv6Net::default())]);
    found.sort_unstable();
    found.dedup();
    found.into_iter().map(Constant::Network).collect()
}
