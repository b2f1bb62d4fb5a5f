//! `Set-Cookie` as no server should send it.

#![no_main]

libfuzzer_sys::fuzz_target!(|lines: &[u8]| smokestack::fuzzed::set_cookies(lines));
