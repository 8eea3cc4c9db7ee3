//! From which network address a request comes.

use std::net::{IpAddr, SocketAddr};

use axum::extract::ConnectInfo;
use axum::http::request::Parts;

/// The network address: that of the other end, or, where the other end is this machine, the one that the reverse proxy on
/// it names. Anybody else could write what they like there. Addresses of IPv6 count by the 64 bits that one household has.
pub(super) fn of(parts: &Parts) -> String {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let Some(peer) = peer else { return "unknown".to_owned() };
    let named = || {
        let lists = parts.headers.get_all("x-forwarded-for").iter();
        let last = lists.filter_map(|list| list.to_str().ok()).next_back()?.rsplit(',').next()?.trim();
        last.parse::<IpAddr>().ok()
    };
    let from = if peer.to_canonical().is_loopback() { named().unwrap_or(peer) } else { peer };
    match from.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

/// Whether the request comes from this machine itself, and not through a proxy on it.
pub(super) fn is_local(parts: &Parts) -> bool {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let forwarded = ["x-forwarded-for", "forwarded"].iter().any(|name| parts.headers.contains_key(*name));
    peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback()) && !forwarded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, forwarded: &[&str]) -> String {
        let mut request = axum::http::Request::builder();
        for list in forwarded {
            request = request.header("x-forwarded-for", *list);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        parts.extensions.insert(ConnectInfo::<SocketAddr>(peer.parse().unwrap()));
        of(&parts)
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed_and_only_what_it_added_itself() {
        assert_eq!(from("203.0.113.5:1000", &["198.51.100.1"]), "203.0.113.5");
        assert_eq!(from("127.0.0.1:1000", &["198.51.100.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(from("127.0.0.1:1000", &["198.51.100.1", "203.0.113.9"]), "203.0.113.9");
        assert_eq!(from("127.0.0.1:1000", &["nonsense"]), "127.0.0.1");
        assert_eq!(from("[2001:db8:1:2:3:4:5:6]:1000", &[]), "2001:db8:1:2::/64");
        assert_eq!(from("[::ffff:203.0.113.5]:1000", &[]), "203.0.113.5");
    }
}
