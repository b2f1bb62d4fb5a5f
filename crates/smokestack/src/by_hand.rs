//! A server whose answers are written by hand, for tests.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use smokestack_core::Hop;

/// Answers each request by its head, in small letters, and its number, each on a connection of its own; the address, and
/// how many requests came.
pub(crate) fn serve(answer: fn(&str, usize) -> String) -> (String, Arc<AtomicUsize>) {
    serve_at(move |_, head, number| answer(head, number))
}

/// The same, for answers that name the server's address.
pub(crate) fn serve_at(
    answer: impl Fn(&str, &str, usize) -> String + Send + 'static,
) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let (own, asked) = (url.clone(), count.clone());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap_or(0) > 0 {}
            let head = head.to_ascii_lowercase();
            // What is not read when the connection ends may take the answer with it.
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            let _ = reader.read_exact(&mut body);
            let number = asked.fetch_add(1, Ordering::Relaxed);
            let _ = stream.write_all(answer(&own, &head, number).as_bytes());
        }
    });
    (url, count)
}

/// Answers every request with these bytes, whatever they are; the address.
pub(crate) fn serve_bytes(answer: Vec<u8>) -> String {
    serve_with(move |stream| {
        // Whoever has read enough may have left.
        let _ = stream.write_all(&answer);
    })
}

/// Answers every request, whose head has been read, by writing to its connection; the address.
pub(crate) fn serve_with(mut answer: impl FnMut(&mut TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while !head.ends_with("\r\n\r\n") && reader.read_line(&mut head).unwrap_or(0) > 0 {}
            answer(&mut stream);
        }
    });
    url
}

/// A request that was answered with 200.
pub(crate) fn hop(url: &str) -> Hop {
    Hop {
        method: "GET".into(),
        url: url.into(),
        component: None,
        status: Some(200),
        location: None,
        instance: None,
        release: None,
        login: false,
        cookies: Vec::new(),
        took: Duration::ZERO,
        timing: Default::default(),
        no_answer: None,
    }
}

pub(crate) fn ok(headers: &str, body: &str) -> String {
    answer("200 OK", headers, body)
}

/// An answer with this status; each header ends its line.
pub(crate) fn answer(status: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}")
}
