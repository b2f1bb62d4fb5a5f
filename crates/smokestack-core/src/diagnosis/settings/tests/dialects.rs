//! Addresses in the dialects of client libraries, and what they mean.

use super::super::address::{Address, Mode};

/// `redis sentinel a:26379 b:26379 master=main db=2 prefix=s: tls`.
fn read(text: &str) -> String {
    let Some(address) = Address::parse(text) else { return "no address".to_owned() };
    let mut words = vec![address.kind.unwrap_or("?".to_owned())];
    words.extend(match address.mode {
        Mode::Single => None,
        Mode::Several => Some("several".to_owned()),
        Mode::Sentinel => Some("sentinel".to_owned()),
        Mode::Cluster => Some("cluster".to_owned()),
    });
    words.extend(address.servers.into_iter().map(|server| match server.port {
        Some(port) => format!("{}:{port}", server.host),
        None => server.host,
    }));
    let named = [("master", address.master), ("db", address.database), ("prefix", address.prefix)];
    words.extend(named.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?))));
    words.extend(address.tls.then(|| "tls".to_owned()));
    words.join(" ")
}

/// Each line an address, `->`, and what it means.
fn check(table: &str) {
    for line in table.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (address, meaning) = line.split_once(" -> ").expect("`->`");
        assert_eq!(read(address.trim()), meaning.trim(), "{address}");
    }
}

/// https://www.iana.org/assignments/uri-schemes/prov/redis
#[test]
fn one_server_by_url() {
    check(
        "redis://sessions:6379/2                -> redis sessions:6379 db=2
         redis://sessions                       -> redis sessions:6379
         redis://sessions/                      -> redis sessions:6379
         redis://Sessions.Example.COM.:6379/0   -> redis sessions.example.com:6379 db=0
         redis://                               -> redis localhost:6379
         redis:///3                             -> redis localhost:6379 db=3
         redis://127.0.0.1                      -> redis localhost:6379
         redis://[::1]:6380/1                   -> redis localhost:6380 db=1
         redis://[2001:db8::7]/1                -> redis 2001:db8::7:6379 db=1
         redis://********@a:6379/2              -> redis a:6379 db=2
         redis://app:********@a:6379/2          -> redis a:6379 db=2
         redis://:********7f3a09bc@a/2          -> redis a:6379 db=2
         rediss://a:6380/2                      -> redis a:6380 db=2 tls
         redis+tls://a/2                        -> redis a:6379 db=2 tls
         valkey://a/2                           -> redis a:6379 db=2
         valkeys://a/2                          -> redis a:6379 db=2 tls
         REDIS://a/2                            -> redis a:6379 db=2
         \"redis://a/2\"                        -> redis a:6379 db=2",
    );
}

#[test]
fn what_stands_in_the_query_goes_before_the_path() {
    check(
        "redis://a/1?db=2                       -> redis a:6379 db=2
         redis://a?database=2&timeout=5s        -> redis a:6379 db=2
         redis://a?dbindex=2                    -> redis a:6379 db=2
         redis://a/2?prefix=sess%3A             -> redis a:6379 db=2 prefix=sess:
         redis://a/2?ssl=true                   -> redis a:6379 db=2 tls
         redis://a/2?ssl=false                  -> redis a:6379 db=2
         tcp://a:6379?database=2&prefix=s:&auth=******** -> ? a:6379 db=2 prefix=s:
         tls://a:6379/2                         -> ? a:6379 db=2 tls",
    );
}

/// Rails' redis-store and others: a namespace behind the database.
#[test]
fn a_prefix_may_follow_the_database() {
    check(
        "redis://a:6379/1/session               -> redis a:6379 db=1 prefix=session
         redis://a:6379/1/app/session           -> redis a:6379 db=1 prefix=app/session
         redis://a:6379/session                 -> redis a:6379 prefix=session",
    );
}

#[test]
fn sockets() {
    check(
        "/var/run/redis.sock                    -> ? /var/run/redis.sock
         unix:///var/run/redis.sock?db=2        -> ? /var/run/redis.sock db=2
         redis+socket:///var/run/redis.sock     -> redis /var/run/redis.sock
         redis-socket:///run/r.sock?database=2  -> redis /run/r.sock db=2
         redis+unix://%2Frun%2Fr.sock?db=2      -> redis /run/r.sock db=2
         redis:///var/run/redis.sock            -> redis /var/run/redis.sock
         redis://********@/var/run/redis.sock   -> redis /var/run/redis.sock
         socket://tmp/redis.sock                -> ? /tmp/redis.sock",
    );
}

/// Python's redis-sentinel-url; Java's Lettuce; Go's redis; Celery.
#[test]
fn sentinels() {
    check(
        "redis+sentinel://a:26379,b:26380/main/2           -> redis sentinel a:26379 b:26380 master=main db=2
         redis+sentinel://a,b/main                         -> redis sentinel a:26379 b:26379 master=main
         rediss+sentinel://a/main/2                        -> redis sentinel a:26379 master=main db=2 tls
         redis+sentinel://a?service_name=main&db=2         -> redis sentinel a:26379 master=main db=2
         redis-sentinel://a:26379,b/2?sentinelMasterId=main -> redis sentinel a:26379 b:26379 master=main db=2
         redis-sentinel://a,b/2#main                       -> redis sentinel a:26379 b:26379 master=main db=2
         redis-sentinel://********@a:26379/main/0          -> redis sentinel a:26379 master=main db=0
         redis://a:26379?master_name=main&addr=b:26379     -> redis sentinel a:26379 b:26379 master=main
         redis://a:26379?redis_sentinel=main&dbindex=2     -> redis sentinel a:26379 master=main db=2
         sentinel://a:26379/0;sentinel://b:26379/0         -> redis sentinel a:26379 b:26379 db=0",
    );
}

#[test]
fn clusters() {
    check(
        "redis+cluster://a:7000,b:7001           -> redis cluster a:7000 b:7001
         rediss+cluster://a                      -> redis cluster a:6379 tls
         redis-cluster://a:7000,b:7001           -> redis cluster a:7000 b:7001
         redis://a:7000?cluster=true&addr=b:7001 -> redis cluster a:7000 b:7001
         redis:?host[a:7000]&host[b:7001]&redis_cluster=1 -> redis cluster a:7000 b:7001
         redis:?host[a]&host[b]                  -> redis several a:6379 b:6379",
    );
}

/// PHP's session.save_path: each server has its share.
#[test]
fn several_servers() {
    check(
        "tcp://a:6379?weight=1, tcp://b:6379?weight=2 -> ? several a:6379 b:6379
         redis://a:6379/0,redis://b:6379/0       -> redis several a:6379 b:6379 db=0
         a:6379,b:6379                           -> ? several a:6379 b:6379",
    );
}

/// https://stackexchange.github.io/StackExchange.Redis/Configuration
#[test]
fn connection_strings() {
    check(
        "sessions:6379                           -> ? sessions:6379
         sessions:6379,defaultDatabase=2         -> redis sessions:6379 db=2
         sessions,abortConnect=false             -> redis sessions:6379
         sessions,ssl=True,password=********     -> redis sessions:6380 tls
         sessions:6379, defaultDatabase=2, name=portal -> redis sessions:6379 db=2
         a:26379,b:26379,serviceName=main,defaultDatabase=2 -> redis sentinel a:26379 b:26379 master=main db=2
         a,b,serviceName=main                    -> redis sentinel a:26379 b:26379 master=main
         a:6379,b:6379,ssl=true                  -> redis several a:6379 b:6379 tls",
    );
}

#[test]
fn other_stores() {
    check(
        "memcached://a                           -> memcached a:11211
         memcached://a,b:11212                   -> memcached several a:11211 b:11212
         mongodb+srv://a/sessions                -> mongodb a:27017 db=sessions
         postgres://a/sessions                   -> postgresql a:5432 db=sessions
         jdbc:postgresql://a:5432/sessions       -> postgresql a:5432 db=sessions
         embedded://sessions/0                   -> embedded sessions db=0
         file:///var/lib/sessions                -> file /var/lib/sessions
         Server=tcp:A,1433;Database=S;User Id=x  -> ? a:1433 db=S
         host=a port=5432 dbname=s               -> ? a:5432 db=s",
    );
}

#[test]
fn a_word_is_no_address() {
    check(
        "redis    -> no address
         memory   -> no address
         sessions -> no address
         /        -> no address
         :        -> ? localhost
         =        -> no address",
    );
    assert_eq!(read(""), "no address");
}
