use std::io::{Read, Write};
use std::os::unix::net::UnixStream as Peer;

use super::*;

/// A hall on this runtime, with the control thread's ends.
fn hall() -> (Arc<Hall>, SocketEnds) {
    let (stops, stops_out) = mpsc::channel(REQUESTS);
    let (requests, requests_out) = mpsc::channel(REQUESTS);
    let (pictures_in, pictures) = watch::channel(None);
    let (alive, viewers) = watch::channel(0);
    let (words, _) = broadcast::channel(256);
    let greeting = Greeting {
        record: String::new(),
        ends_with_last_viewer: false,
    };
    let ends = SocketEnds {
        stops: stops_out,
        requests: requests_out,
        viewers,
        pictures: pictures_in,
        words: words.clone(),
    };
    let hall = Hall {
        stops,
        requests,
        pictures,
        words,
        alive,
        greeting,
        places: Semaphore::new(VIEWERS),
    };
    (Arc::new(hall), ends)
}

/// A connection to the hall, and the task that attends to it.
fn connect(hall: &Arc<Hall>) -> (Peer, tokio::task::JoinHandle<()>) {
    let (peer, ours) = Peer::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    peer.set_nonblocking(true).unwrap();
    let ours = UnixStream::from_std(ours).unwrap();
    (peer, tokio::spawn(attend(ours, 1, Arc::clone(hall))))
}

fn write(mut peer: &Peer, message: &FromViewer) {
    let mut line = serde_json::to_vec(message).unwrap();
    line.push(b'\n');
    peer.write_all(&line).unwrap();
}

fn hello() -> FromViewer {
    FromViewer::Hello {
        version: VERSION,
        program: "test".to_owned(),
    }
}

/// The first message that the hall says.
async fn first_word(mut peer: &Peer) -> FromGym {
    let mut line = Vec::new();
    while !line.contains(&b'\n') {
        tokio::task::yield_now().await;
        let mut piece = [0; 4_096];
        if let Ok(count) = peer.read(&mut piece) {
            assert_ne!(count, 0, "the hall hung up");
            line.extend_from_slice(&piece[..count]);
        }
    }
    serde_json::from_slice(&line).unwrap()
}

fn stop() -> FromViewer {
    FromViewer::Ask(Request {
        number: 1,
        snapshot: 0,
        station: 1,
        session: None,
        ask: Ask::Stop,
    })
}

/// Words for this viewer that are more than a socket takes at once.
fn long_words() -> Words {
    Words::Answer {
        viewer: 1,
        request: 9,
        refused: Some("x".repeat(1 << 20)),
    }
}

/// The gym is in the middle of telling something when the dashboard's last word comes and its process ends.
#[tokio::test]
async fn a_stop_that_was_said_before_the_viewer_died_is_taken() {
    for _ in 0..32 {
        let (hall, mut ends) = hall();
        let (peer, attending) = connect(&hall);
        write(&peer, &hello());
        assert!(matches!(first_word(&peer).await, FromGym::Welcome { .. }));
        while ends.words.send(long_words()).is_err() {
            tokio::task::yield_now().await;
        }
        // Until it is written to, and its buffer is full.
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        write(&peer, &stop());
        drop(peer);
        attending.await.unwrap();
        assert!(ends.stops.try_recv().is_ok(), "the stop was lost");
    }
}

#[tokio::test(start_paused = true)]
async fn half_a_line_waits_for_its_other_half() {
    let (hall, mut ends) = hall();
    let (mut peer, _attending) = connect(&hall);
    write(&peer, &hello());
    assert!(matches!(first_word(&peer).await, FromGym::Welcome { .. }));
    let mut line = serde_json::to_vec(&stop()).unwrap();
    line.push(b'\n');
    let (first, rest) = line.split_at(20);
    peer.write_all(first).unwrap();
    tokio::time::sleep(ALIVE_FOR * 3).await;
    peer.write_all(rest).unwrap();
    assert!(matches!(
        ends.stops.recv().await,
        Some(Asked {
            request: Request { ask: Ask::Stop, .. },
            ..
        })
    ));
}

#[tokio::test(start_paused = true)]
async fn no_more_viewers_than_there_are_places_and_one_that_is_silent_for_long_gives_its_own_back()
{
    let (hall, ends) = hall();
    let mut attached = Vec::new();
    for _ in 0..VIEWERS {
        let (peer, attending) = connect(&hall);
        write(&peer, &hello());
        assert!(matches!(first_word(&peer).await, FromGym::Welcome { .. }));
        attached.push((peer, attending));
    }
    let (late, _attending) = connect(&hall);
    write(&late, &hello());
    assert!(matches!(
        first_word(&late).await,
        FromGym::Unwelcome { because } if because.contains("64 dashboards")
    ));
    assert_eq!(*ends.viewers.borrow(), VIEWERS);
    for (_, attending) in &mut attached {
        attending.await.unwrap();
    }
    assert_eq!(*ends.viewers.borrow(), 0);
    let (later, _attending) = connect(&hall);
    write(&later, &hello());
    assert!(matches!(first_word(&later).await, FromGym::Welcome { .. }));
}

#[test]
fn what_is_no_socket_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gym.sock");
    fs::write(&path, "bring towels").unwrap();
    assert!(matches!(bind(&path), Err(SocketError::NoSocket(_))));
    assert_eq!(fs::read(&path).unwrap(), b"bring towels");
    fs::remove_file(&path).unwrap();
    // One that a gym left behind is taken.
    drop(bind(&path).unwrap());
    assert!(bind(&path).is_ok());
}
