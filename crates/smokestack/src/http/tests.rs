//! Connections that a server closes, seen over real sockets.

use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use reqwest::Method;
use reqwest::header::HeaderMap;
use smokestack_core::{NoAnswer, Stage};
use url::Url;

use super::{Answer, Client, Connection, Outgoing};

/// What a server does once it has read a request.
#[derive(Clone, Copy)]
enum Deed {
    Answers,
    /// Closes the connection, as one that was idle for too long.
    Closes,
    /// The same, in the middle of the answer.
    ClosesWithin,
}

/// A server that does for each request what the list says; its address, and for each request the number of its
/// connection and its method.
fn serve(deeds: &[Deed]) -> (Url, Receiver<(usize, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    let (asked, requests) = channel();
    let deeds = deeds.to_vec();
    let mut deeds = deeds.into_iter();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().flatten().enumerate() {
            serve_connection(&stream, &mut deeds, |method| asked.send((number, method)).is_ok());
        }
    });
    (url, requests)
}

fn serve_connection(
    mut stream: &TcpStream,
    deeds: &mut impl Iterator<Item = Deed>,
    asked: impl Fn(String) -> bool,
) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).unwrap_or(0) == 0 {
                return;
            }
        }
        let method = head.split(' ').next().unwrap_or_default().to_owned();
        let deed = deeds.next().unwrap_or(Deed::Answers);
        if !asked(method) {
            return;
        }
        let (answer, closes) = match deed {
            Deed::Answers => ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", false),
            Deed::Closes => ("", true),
            Deed::ClosesWithin => ("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\no", true),
        };
        // A HEAD has no body, and nobody reads one.
        let answer = if head.starts_with("HEAD") { answer.trim_end_matches("ok") } else { answer };
        let _ = stream.write_all(answer.as_bytes());
        if closes {
            let _ = stream.shutdown(Shutdown::Both);
            return;
        }
    }
}

fn client() -> Client {
    Client::new(Duration::from_secs(60), 1 << 20, Vec::new())
}

async fn send(
    client: &Client,
    url: &Url,
    method: Method,
    connection: Connection,
) -> Result<Answer, NoAnswer> {
    let request = Outgoing { method, url: url.clone(), headers: HeaderMap::new(), body: None };
    client.send(request, connection).await
}

fn stage(answered: Result<Answer, NoAnswer>) -> Stage {
    answered.err().expect("no answer").stage
}

#[tokio::test]
async fn a_connection_that_was_closed_while_idle_is_no_silence() {
    for method in [Method::GET, Method::HEAD] {
        let (url, requests) = serve(&[Deed::Answers, Deed::Closes]);
        let client = client();
        send(&client, &url, Method::GET, Connection::Kept).await.unwrap();
        let answer = send(&client, &url, method.clone(), Connection::Kept).await;
        assert_eq!(answer.unwrap().status, 200, "{method}");
        let method = method.to_string();
        let seen: Vec<_> = requests.try_iter().collect();
        assert_eq!(seen, [(0, "GET".to_owned()), (0, method.clone()), (1, method)]);
    }
}

#[tokio::test]
async fn a_request_is_repeated_once() {
    let (url, requests) = serve(&[Deed::Answers, Deed::Closes, Deed::Closes]);
    let client = client();
    send(&client, &url, Method::GET, Connection::Kept).await.unwrap();
    assert_eq!(stage(send(&client, &url, Method::GET, Connection::Kept).await), Stage::BrokenOff);
    assert_eq!(requests.try_iter().count(), 3);
}

#[tokio::test]
async fn a_new_connection_that_is_closed_is_told() {
    for connection in [Connection::Kept, Connection::Fresh] {
        let (url, requests) = serve(&[Deed::Closes]);
        assert_eq!(stage(send(&client(), &url, Method::GET, connection).await), Stage::BrokenOff);
        assert_eq!(requests.try_iter().count(), 1, "{connection:?}");
    }
}

#[tokio::test]
async fn what_writes_is_never_repeated() {
    for method in [Method::POST, Method::DELETE] {
        let (url, requests) = serve(&[Deed::Answers, Deed::Closes]);
        let client = client();
        send(&client, &url, Method::GET, Connection::Kept).await.unwrap();
        assert_eq!(stage(send(&client, &url, method, Connection::Kept).await), Stage::BrokenOff);
        assert_eq!(requests.try_iter().count(), 2);
    }
}

#[tokio::test]
async fn an_answer_that_has_begun_is_not_asked_for_again() {
    let (url, requests) = serve(&[Deed::Answers, Deed::ClosesWithin]);
    let client = client();
    send(&client, &url, Method::GET, Connection::Kept).await.unwrap();
    assert_eq!(stage(send(&client, &url, Method::GET, Connection::Kept).await), Stage::BrokenOff);
    assert_eq!(requests.try_iter().count(), 2);
}
