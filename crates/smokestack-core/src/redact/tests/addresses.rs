//! What is hidden of addresses, and what is left.

use super::*;

#[test]
fn what_looks_like_a_token_in_an_address_is_hidden() {
    for (text, shown) in [
        (
            "302 to /login;jsessionid=3F2A9C1B7D?next=/orders",
            "302 to /login;jsessionid=[hidden]?next=/orders",
        ),
        ("/;jsessionid=3F2A9C1B7D.node1", "/;jsessionid=[hidden]"),
        ("https://a.test/x?PHPSESSID=abc&page=2", "https://a.test/x?PHPSESSID=[hidden]&page=2"),
        ("href=\"/x?a=b&amp;sid=77&amp;c=d\"", "href=\"/x?a=b&amp;sid=[hidden]&amp;c=d\""),
        (r#"{"to":"/x?a=b\u0026sid=77"}"#, r#"{"to":"/x?a=b\u0026sid=[hidden]"}"#),
        ("/login?next=%2Fcb%3Fsid%3D77%26a%3Db", "/login?next=%2Fcb%3Fsid%3D[hidden]%26a%3Db"),
        ("/login?next=%252Fcb%253Fsid%253D77", "/login?next=%252Fcb%253Fsid%253D[hidden]"),
        ("/login?next=/cb;jsessionid=3F2A9C1B7D", "/login?next=/cb;jsessionid=[hidden]"),
        ("/a?t=x8Kd02mQ", "/a?t=[hidden]"),
        ("/a?u=YWxpY2VAZXhhbXBsZQ%3D%3D.", "/a?u=[hidden]."),
        (
            "https://a.test/cb#access_token=x&state=k3Jd9Q2mZ",
            "https://a.test/cb#access_token=[hidden]&state=[hidden]",
        ),
        ("/pay?x=q8Zk2LmN4pR7sT1v", "/pay?x=[hidden]"),
        ("/share/q8Zk2LmN4pR7sT1vW3xY/view", "/share/[hidden]/view"),
        ("/(S(lit3py55t21z5v55vlm25s55))/orders", "/[hidden]))/orders"),
        ("/reset/MQ/c5h8x2-39afe1d4c5b6a7988776655443322110/", "/reset/MQ/[hidden]/"),
        ("(see https://a.test/x?sid=77)", "(see https://a.test/x?sid=[hidden])"),
    ] {
        let redactor = Redactor::default();
        assert_eq!(redactor.redact(text), shown);
        assert_eq!(redactor.redact(shown), shown, "what is clean stays as it is");
    }
}

#[test]
fn what_people_need_of_an_address_is_left() {
    for text in [
        "/work-orders/170023456789012345?page=2&sort=created_at&q=lamp+in+hall+3",
        "https://a.test/releases/2024.11.24-rc1-g3f9a8b7c/index.html?v=3f9a8b7c6d5e4f3a2b1c0d9e",
        "/commits/3f9a8b7c6d5e4f3a2b1c3f9a8b7c6d5e4f3a2b1c",
        "/orders/507f1f77bcf86cd799439011?id=6f9619ff-8b86-d011-b42d-00c04fc964ff",
        "/assets/index-BcD3fGh1jK5mN7pQ.js",
        "/login?session=expired&code=403&next=/work-orders/&state=open",
        "/x?redirect_uri=https%3A%2F%2Fa.test%2Fcb&client_id=portal&response_type=code&scope=openid+profile",
        "/x?from=2024-11-24T10%3A15%3A00%2B01%3A00&view=FacilityManagementOverview",
        "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC",
        "redis://127.0.0.1:6379/0, and/or host:6379,defaultDatabase=2,sid=1",
    ] {
        assert_eq!(Redactor::default().redact(text), text);
    }
}

#[test]
fn a_known_secret_in_an_address_is_called_by_its_name() {
    assert_eq!(redacted("3F2A9C1B", "/x;jsessionid=3F2A9C1B.node1?a=b"), "/x;jsessionid=[secret]?a=b");
}

#[test]
fn a_password_before_a_host_is_hidden_with_a_scheme_and_without() {
    for (text, shown) in [
        ("//alice:hunter22@a.test/x", "//alice:[hidden]@a.test/x"),
        ("https://alice:hunter22@a.test", "https://alice:[hidden]@a.test"),
        ("https://alice:hunter22@a.test?page=2", "https://alice:[hidden]@a.test?page=2"),
        ("to 'redis://:hunter22@a:6379/0'", "to 'redis://:[hidden]@a:6379/0'"),
        (r#"{"to":"https:\/\/alice:hunter22@a.test\/x"}"#, r#"{"to":"https:\/\/alice:[hidden]@a.test\/x"}"#),
        ("/go?to=//alice:hunter22@a.test", "/go?to=//alice:[hidden]@a.test"),
        ("/go?to=%2F%2Falice%3Ahunter22%40a.test", "/go?to=%2F%2Falice%3A[hidden]%40a.test"),
        ("https://q8Zk2LmN4pR7sT1vW3xY@a.test/", "https://[hidden]@a.test/"),
    ] {
        let redactor = Redactor::default();
        assert_eq!(redactor.redact(text), shown);
        assert_eq!(redactor.redact(shown), shown, "what is clean stays as it is");
    }
    for text in [
        "ssh://git@a.test:22/x",
        "https://a.test:8443/@alice",
        "//a.test:8443/x?to=alice@a.test",
        "redis://app:********7f3a09bc@a:6379/0?auth=********",
    ] {
        assert_eq!(Redactor::default().redact(text), text);
    }
}

#[test]
fn parameters_that_hold_secrets_are_hidden_however_short_and_however_deep() {
    for name in [
        "token",
        "api-key",
        "api_key",
        "apikey",
        "x-api-key",
        "auth",
        "sig",
        "signature",
        "otp",
        "pin",
        "sess",
        "sid",
        "session",
        "nonce",
        "SAMLResponse",
        "SAMLRequest",
        "RelayState",
        "ticket",
        "assertion",
        "id_token",
        "jwt",
        "code",
        "key",
        "state",
    ] {
        for (text, shown) in [
            (format!("/x?{name}=aB1c&page=2"), format!("/x?{name}=[hidden]&page=2")),
            (format!("/x#{name}=aB1c"), format!("/x#{name}=[hidden]")),
            (
                format!("/x?to=%2Fcb%3F{name}%3DaB1c%26a%3Db"),
                format!("/x?to=%2Fcb%3F{name}%3D[hidden]%26a%3Db"),
            ),
            (format!("/x?to=cb%253F{name}%253DaB1c"), format!("/x?to=cb%253F{name}%253D[hidden]")),
            (format!("/x?to=a%3Db%26{name}%3DaB1c"), format!("/x?to=a%3Db%26{name}%3D[hidden]")),
        ] {
            let redactor = Redactor::default();
            assert_eq!(redactor.redact(&text), shown);
            assert_eq!(redactor.redact(&shown), shown, "what is clean stays as it is");
        }
    }
}

#[test]
fn of_state_key_and_code_words_and_statuses_are_left() {
    for value in ["open", "Open", "OPEN", "in_progress", "work-orders", "404", "7"] {
        for name in ["state", "key", "code"] {
            let text = format!("/x?{name}={value}&page=2");
            assert_eq!(Redactor::default().redact(&text), text);
        }
    }
    for value in ["123456", "4711", "xK", "inProgress", "x7", "abcdefghijklmnopqrst"] {
        assert_eq!(Redactor::default().redact(&format!("/x?code={value}")), "/x?code=[hidden]");
    }
    for text in
        ["/login?session=expired", "/login?token=invalid&auth=required", "/x?RelayState=https://a.test/"]
    {
        assert_eq!(Redactor::default().redact(text), text);
    }
    assert_eq!(Redactor::default().redact("/x?token=hunter"), "/x?token=[hidden]");
}
