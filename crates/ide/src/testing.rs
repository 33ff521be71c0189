//! What the tests of every feature share: a catalog, and texts with a mark at the cursor.

use std::sync::LazyLock;

use tamis_lang::catalog::Catalog;
use tamis_traffic::{Format, read};
use tamis_types::analysis::Options;

use crate::{Document, Traffic, View};

/// Where the cursor is.
const MARK: &str = "$0";

pub(crate) static KONG: LazyLock<Catalog> = LazyLock::new(|| Catalog::shipped("kong").unwrap());

pub(crate) static TRAFFIC: LazyLock<Traffic> = LazyLock::new(|| {
    let lines = [
        r#"{"http.request.method": "GET", "url.path": "/v1/orders", "http.response.status_code": 200}"#,
        r#"{"http.request.method": "PUT", "url.path": "/v1/orders", "http.response.status_code": 418}"#,
        r#"{"http.request.method": "PUT", "url.path": "/v2/carts", "http.response.status_code": 503, "http.request.header.x-tenant": "acme", "http.request.header.authorization": "Bearer s3cret"}"#,
    ];
    Traffic::new(&[read(lines.join("\n").as_bytes(), Format::Auto)], &KONG)
});

/// The text without its mark, and the place of the mark.
#[track_caller]
pub(crate) fn cursor(text: &str) -> (String, u32) {
    let at = text.find(MARK).expect("the text has a `$0`");
    (text.replacen(MARK, "", 1), u32::try_from(at).unwrap())
}

/// Asks a feature about a text with a mark, without traffic.
#[track_caller]
pub(crate) fn at<T>(text: &str, ask: impl FnOnce(&View<'_>, u32) -> T) -> T {
    let (text, offset) = cursor(text);
    let document = Document::new(text, &KONG, &Options::default());
    ask(&View::new(&document, &KONG), offset)
}

/// Asks a feature about a text with a mark and recorded traffic.
#[track_caller]
pub(crate) fn with_traffic<T>(text: &str, ask: impl FnOnce(&View<'_>, u32) -> T) -> T {
    at(text, |view, offset| ask(&view.with_traffic(&TRAFFIC), offset))
}
