//! An exchange as text: each hop in a line, below it what became of the cookies.

use std::time::Duration;

use smokestack_core::{Exchange, Hop};

use super::page_text::one_line;

/// The lines of an exchange. Of a long chain the middle is left out: its ends tell where it leads.
pub(crate) fn lines(exchange: &Exchange) -> Vec<String> {
    const ENDS: usize = 4;
    let hops = &exchange.hops;
    let Some(left_out @ 1..) = hops.len().checked_sub(2 * ENDS) else {
        return hops.iter().flat_map(hop_lines).collect();
    };
    let mut lines: Vec<String> = hops[..ENDS].iter().flat_map(hop_lines).collect();
    lines.push(format!("… {left_out} more"));
    lines.extend(hops[hops.len() - ENDS..].iter().flat_map(hop_lines));
    lines
}

/// Milliseconds below a second, else seconds.
pub(crate) fn time(took: Duration) -> String {
    if took < Duration::from_secs(1) {
        format!("{} ms", took.as_millis())
    } else {
        format!("{:.1} s", took.as_secs_f64())
    }
}

fn hop_lines(hop: &Hop) -> Vec<String> {
    let mut first = format!("{} {}", hop.method, one_line(&hop.url));
    match (hop.status, &hop.location) {
        (Some(status), Some(location)) => first.push_str(&format!("  {status} -> {}", one_line(location))),
        (Some(status), None) => first.push_str(&format!("  {status}")),
        (None, _) => first.push_str("  no answer"),
    }
    first.push_str(&format!("  {}", time(hop.took)));
    let release = hop.release.as_ref().map(|release| format!("release {release}"));
    let who: Vec<&str> = hop.instance.iter().chain(&release).map(String::as_str).collect();
    if !who.is_empty() {
        first.push_str(&format!("  ({})", one_line(&who.join(", "))));
    }
    let silence = hop.no_answer.iter().map(|no| format!("{} {}: {}", no.stage.words(), no.address, no.cause));
    let cookies =
        hop.cookies.iter().map(|note| format!("cookie {} {}: {}", note.name, note.action.word(), note.why));
    let below = silence.chain(cookies).map(|line| format!("  {}", one_line(&line)));
    std::iter::once(first).chain(below).collect()
}
