//! What stands twice in a file.

use super::{mistakes, with};

#[test]
fn a_table_or_a_key_that_stands_there_twice_is_one_mistake_with_both_places() {
    let again =
        "[ login ] # again\ncomponent = \"portal\"\ncomponent = \"x\"\npage = \"/in\"\n[accounts.dispatcher]";
    insta::assert_snapshot!(with("[accounts.dispatcher]", again), @r#"13:3 "login" `[login]` stands there twice: the second one; the first one is in line 4: make them one"#);
    insta::assert_snapshot!(with("path = \"/\"", "path = \"/\"\nlanding = \"/home\"\npath = \"/a\""), @r#"11:1 "path" `path` stands there twice: the second one; the first one is in line 9: make them one"#);
    insta::assert_snapshot!(mistakes("a = 1\na = 2\n[b]\nc = 1\n[b]\nc = 1\n[d]\ne = 1\ne = 1\n[d"), @r#"
        2:1 "a" `a` stands there twice: the second one; the first one is in line 1: make them one
        5:2 "b" `[b]` stands there twice: the second one; the first one is in line 3: make them one
        9:1 "e" `e` stands there twice: the second one; the first one is in line 8: make them one
        10:2 "d" `d` stands there twice: duplicate key
        10:3 "" the platform file is not TOML: unclosed table, expected `]`
    "#);
}
