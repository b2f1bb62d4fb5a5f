//! Durations as milliseconds with a fraction, the form they have in events.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer};

/// A whole number of nanoseconds, divided once: what `as_secs_f64() * 1000.0` leaves in the last digit is not always
/// read back as it was written.
pub(crate) fn of(duration: Duration) -> f64 {
    duration.as_nanos() as f64 / 1e6
}

pub(crate) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(of(*duration))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let millis = f64::deserialize(deserializer)?;
    Duration::try_from_secs_f64(millis / 1000.0).map_err(serde::de::Error::custom)
}

/// Those that may be missing.
pub(crate) mod maybe {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        duration: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match duration {
            Some(duration) => super::serialize(duration, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        let millis = Option::<f64>::deserialize(deserializer)?;
        let read = |millis: f64| Duration::try_from_secs_f64(millis / 1000.0);
        millis.map(read).transpose().map_err(serde::de::Error::custom)
    }
}
