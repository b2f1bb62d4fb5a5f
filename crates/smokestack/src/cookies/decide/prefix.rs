//! Names that promise something: `__Secure-`, `__Host-` and the `__Http-` that browsers have taken since 2025.

use super::super::parse::SetCookie;
use super::super::stored::Scope;

/// What a name that begins so has to keep. The longer prefix comes first.
const PREFIXES: [(&str, Promise); 4] = [
    (
        "__host-http-",
        Promise {
            words: "`__Host-Http-` asks for Secure, HttpOnly, no Domain and Path=/",
            host: true,
            http: true,
        },
    ),
    (
        "__host-",
        Promise { words: "`__Host-` asks for Secure, no Domain and Path=/", host: true, http: false },
    ),
    ("__http-", Promise { words: "`__Http-` asks for Secure and HttpOnly", host: false, http: true }),
    ("__secure-", Promise { words: "`__Secure-` asks for Secure", host: false, http: false }),
];

struct Promise {
    words: &'static str,
    /// Nobody but the host can have set it.
    host: bool,
    /// No script can have set it.
    http: bool,
}

/// Whether the cookie is what its name promises. Upper and lower case are one, since servers may take them for one.
pub(super) fn kept(cookie: &SetCookie, scope: &Scope) -> Result<(), String> {
    let begins = |text: &[u8], prefix: &str| {
        text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    // A server reads `=__Host-a=b` back as a cookie of that name.
    if cookie.name.is_empty() {
        let promised = PREFIXES.iter().any(|(prefix, _)| begins(cookie.value.as_bytes(), prefix));
        return if promised {
            Err("it has no name, and its value begins like a protected one".to_owned())
        } else {
            Ok(())
        };
    }
    let Some((_, promise)) = PREFIXES.iter().find(|(prefix, _)| begins(cookie.name.as_bytes(), prefix))
    else {
        return Ok(());
    };
    let host = scope.host_only && cookie.path.as_deref() == Some("/");
    let is_kept = cookie.secure && (host || !promise.host) && (cookie.http_only || !promise.http);
    if is_kept { Ok(()) } else { Err(promise.words.to_owned()) }
}
