//! A refusal in the look of rustc: all mistakes at once, each with its place.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use smokestack_core::{Mistake, Refusal, Span};

/// All mistakes of a plan as text in the look of rustc, each with its place.
pub fn text(refusal: &Refusal, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for mistake in &refusal.mistakes {
        text.push_str(&one(mistake, &renderer));
        text.push_str("\n\n");
    }
    match refusal.mistakes.len() {
        1 => text.push_str("1 mistake in the plan, nothing was sent\n"),
        mistakes => text.push_str(&format!("{mistakes} mistakes in the plan, nothing was sent\n")),
    }
    text
}

fn one(mistake: &Mistake, renderer: &Renderer) -> String {
    let title = Level::ERROR.primary_title(&mistake.what);
    let group = match &mistake.span {
        Some(span) => {
            let mut annotation = AnnotationKind::Primary.span(range(span));
            if !mistake.label.is_empty() {
                annotation = annotation.label(&mistake.label);
            }
            title.element(Snippet::source(&*span.text).path(&span.path).annotation(annotation))
        }
        None => Group::with_title(title),
    };
    match &mistake.help {
        Some(help) if mistake.span.is_some() => renderer.render(&[group.element(Level::HELP.message(help))]),
        Some(help) => renderer.render(&[group, Group::with_title(Level::HELP.secondary_title(help))]),
        None => renderer.render(&[group]),
    }
}

/// The range within the text and on its character boundaries, whatever the plan says.
fn range(span: &Span) -> std::ops::Range<usize> {
    let length = span.text.len();
    let start = span.range.start.min(length);
    let end = span.range.end.clamp(start, length);
    let is_boundary = |at: &usize| span.text.is_char_boundary(*at);
    let start = (0..=start).rev().find(is_boundary).unwrap_or(0);
    start..(end..=length).find(is_boundary).unwrap_or(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mistakes_are_said_at_once_with_their_places() {
        let span = |range| Span {
            path: "smokestack.toml".into(),
            text: "[target.prod]\nur = \"https://a.test\"\n".into(),
            range,
        };
        let mistakes = vec![
            Mistake::new("unknown key `ur`")
                .at(span(14..16), "not a key of a target")
                .help("did you mean `url`"),
            Mistake::new("target `prod` has no `url`"),
            Mistake::new("the file ends too soon").at(span(900..950), ""),
        ];
        insta::assert_snapshot!(text(&Refusal { mistakes }, false), @r#"
        error: unknown key `ur`
         --> smokestack.toml:2:1
          |
        2 | ur = "https://a.test"
          | ^^ not a key of a target
          |
          = help: did you mean `url`

        error: target `prod` has no `url`

        error: the file ends too soon
         --> smokestack.toml:2:23
          |
        2 | ur = "https://a.test"
          |                      ^

        3 mistakes in the plan, nothing was sent
        "#);
    }
}
