//! The README of the recording.

use super::browser::{Browsed, DRIVER};
use super::log::Statuses;
use super::tools::Tools;

/// The text: how the recording was made, with what, and what is in it.
///
/// The counts are those of the gateway, of the browser and of curl.
pub(super) fn text(tools: &Tools, browsed: &Browsed, statuses: &Statuses, counts: &[usize; 3]) -> String {
    let [at_gateway, of_browser, of_curl] = counts;
    let rows: String = statuses.iter().map(|(status, n_requests)| format!("| {status} | {n_requests} |\n")).collect();
    format!(
        include_str!("readme.template"),
        at_gateway = at_gateway,
        of_browser = of_browser,
        of_curl = of_curl,
        nginx = tools.nginx_version,
        curl = tools.curl_version,
        chromium = browsed.version,
        driver = DRIVER,
        rows = rows,
    )
}
