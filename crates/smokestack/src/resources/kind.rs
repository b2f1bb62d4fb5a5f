//! What a file is for, and which types browsers take for it.

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    StyleSheet,
    Script,
    Module,
    Image,
    Font,
    Manifest,
    Media,
    Track,
    /// A preload of whatever a script fetches.
    Data,
}

/// The JavaScript types (MIME Sniffing, "JavaScript MIME type").
const JAVASCRIPT: [&str; 16] = [
    "application/ecmascript",
    "application/javascript",
    "application/x-ecmascript",
    "application/x-javascript",
    "text/ecmascript",
    "text/javascript",
    "text/javascript1.0",
    "text/javascript1.1",
    "text/javascript1.2",
    "text/javascript1.3",
    "text/javascript1.4",
    "text/javascript1.5",
    "text/jscript",
    "text/livescript",
    "text/x-ecmascript",
    "text/x-javascript",
];

impl Kind {
    /// The word used in messages.
    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::StyleSheet => "style sheet",
            Kind::Script => "script",
            Kind::Module => "module script",
            Kind::Image => "image",
            Kind::Font => "font",
            Kind::Manifest => "manifest",
            Kind::Media => "video or audio",
            Kind::Track => "text track",
            Kind::Data => "preload",
        }
    }

    pub(super) fn article(self) -> &'static str {
        if self == Kind::Image { "an" } else { "a" }
    }

    /// What a browser says it would like to have.
    pub(super) fn accept(self) -> &'static str {
        match self {
            Kind::StyleSheet => "text/css,*/*;q=0.1",
            Kind::Image => "image/avif,image/webp,image/svg+xml,image/*,*/*;q=0.8",
            _ => "*/*",
        }
    }

    /// Of a preload, by its `as`.
    pub(super) fn of_preload(destination: &str) -> Option<Kind> {
        Some(match destination.trim().to_ascii_lowercase().as_str() {
            "style" => Kind::StyleSheet,
            "script" | "worker" => Kind::Script,
            "image" => Kind::Image,
            "font" => Kind::Font,
            "track" => Kind::Track,
            "audio" | "video" => Kind::Media,
            "fetch" | "json" => Kind::Data,
            // Without one a browser fetches nothing.
            _ => return None,
        })
    }

    /// Whether browsers fetch it by CORS, whatever its element says.
    pub(super) fn is_always_cors(self) -> bool {
        matches!(self, Kind::Module | Kind::Font | Kind::Manifest)
    }

    /// Why browsers do not take a file of this type, if they do not; `nosniff` keeps them from guessing.
    pub(super) fn refuses(self, content_type: Option<&str>, nosniff: bool) -> Option<String> {
        let essence = content_type.map(essence).filter(|essence| !essence.is_empty());
        let Some(essence) = essence else {
            // Fetch, "should response to request be blocked due to nosniff?", and HTML's rules for modules.
            let needs_one =
                self == Kind::Module || (nosniff && matches!(self, Kind::StyleSheet | Kind::Script));
            return needs_one.then(|| "no content type".to_owned());
        };
        let major = essence.split('/').next().unwrap_or_default();
        let is_javascript = JAVASCRIPT.contains(&essence.as_str());
        let fits = match self {
            Kind::StyleSheet => essence == "text/css",
            Kind::Module => is_javascript,
            Kind::Script => is_javascript || !(nosniff || is_other(&essence, major)),
            Kind::Image => major == "image" || !matches!(major, "text") && !is_other(&essence, ""),
            Kind::Font | Kind::Media | Kind::Track | Kind::Manifest | Kind::Data => true,
        };
        let because = if nosniff && self == Kind::Script && !is_other(&essence, major) {
            ", and `x-content-type-options: nosniff` keeps browsers from running it"
        } else {
            ""
        };
        (!fits).then(|| format!("content type `{essence}`{because}"))
    }
}

/// Types that are never run as a script, whoever guesses.
fn is_other(essence: &str, major: &str) -> bool {
    matches!(major, "audio" | "image" | "video")
        || matches!(
            essence,
            "text/csv" | "text/html" | "text/css" | "application/json" | "application/xhtml+xml"
        )
}

/// A content type without its parameters.
pub(super) fn essence(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Whether this is a page: what servers send that have one for every path.
pub(super) fn is_page(content_type: Option<&str>, body: &[u8]) -> bool {
    let begins = String::from_utf8_lossy(&body[..body.len().min(256)]).trim_start().to_ascii_lowercase();
    let says = content_type.map(essence).is_some_and(|essence| essence == "text/html");
    says || ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| begins.starts_with(tag))
}

/// Whether these bytes begin as a font does: WOFF, WOFF2, OpenType, TrueType, a collection of them.
pub(super) fn is_font(body: &[u8]) -> bool {
    let signatures: [&[u8]; 6] = [b"wOFF", b"wOF2", b"OTTO", b"true", b"ttcf", &[0, 1, 0, 0]];
    signatures.iter().any(|signature| body.starts_with(signature))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: Kind, content_type: &str, nosniff: bool) -> bool {
        kind.refuses(Some(content_type).filter(|it| !it.is_empty()), nosniff).is_some()
    }

    #[test]
    fn a_style_sheet_is_css_and_nothing_else() {
        assert!(!refused(Kind::StyleSheet, "text/css; charset=utf-8", true));
        assert!(!refused(Kind::StyleSheet, "", false) && refused(Kind::StyleSheet, "", true));
        assert!(refused(Kind::StyleSheet, "text/plain", false));
    }

    #[test]
    fn a_module_has_to_say_that_it_is_javascript_and_a_classic_script_only_where_nobody_guesses() {
        assert!(!refused(Kind::Module, "Text/JavaScript;charset=utf-8", true));
        assert!(refused(Kind::Module, "text/plain", false) && refused(Kind::Module, "", false));
        assert!(!refused(Kind::Script, "text/plain", false) && refused(Kind::Script, "text/plain", true));
        assert!(!refused(Kind::Script, "", false) && refused(Kind::Script, "", true));
        assert!(
            refused(Kind::Script, "image/png", false) && refused(Kind::Script, "application/json", false)
        );
    }

    #[test]
    fn an_image_may_be_of_any_type_that_is_not_text() {
        assert!(!refused(Kind::Image, "image/webp", true));
        assert!(!refused(Kind::Image, "application/octet-stream", false) && !refused(Kind::Image, "", true));
        assert!(refused(Kind::Image, "text/plain", false) && refused(Kind::Image, "application/json", false));
    }

    #[test]
    fn a_page_is_known_by_its_type_or_its_beginning() {
        assert!(is_page(Some("text/html"), b"x") && is_page(None, b"\n <!DOCTYPE HTML><title>x"));
        assert!(!is_page(Some("text/javascript"), b"let html = '<html>'"));
    }
}
