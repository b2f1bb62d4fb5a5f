//! How long a request waited for its connection. The client does not tell, so that its connector is measured.

use std::cell::Cell;
use std::time::{Duration, Instant};

tokio::task_local! {
    static CONNECT: Cell<Option<Duration>>;
}

/// Sends a request: what it comes to, and how long its connection took to open. None where it went over an open one.
pub(super) async fn measured<T>(request: impl Future<Output = T>) -> (T, Option<Duration>) {
    let measuring = async {
        let came = request.await;
        (came, CONNECT.with(Cell::get))
    };
    CONNECT.scope(Cell::new(None), measuring).await
}

/// A connection that is being opened: name, TCP and TLS.
pub(super) async fn timed<C: Future>(connecting: C) -> C::Output {
    let began = Instant::now();
    let connection = connecting.await;
    // Where another connection came free first, this one is finished by a task of the client's own, and belongs to nobody.
    let _ = CONNECT.try_with(|connect| connect.set(Some(began.elapsed())));
    connection
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_connection_is_measured_for_the_request_that_opened_it() {
        assert!(matches!(measured(timed(async { 7 })).await, (7, Some(_))));
    }

    #[tokio::test]
    async fn a_request_over_an_open_connection_waited_for_none() {
        assert_eq!(measured(async { 7 }).await, (7, None));
        let elsewhere = async { tokio::spawn(timed(async { 7 })).await.unwrap() };
        assert_eq!(measured(elsewhere).await, (7, None));
    }
}
