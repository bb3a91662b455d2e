//! The trainer behind the ANT radio: its pages, its load, and what it says about a command.

use drivers::virtual_devices::VirtualDevice;
use drivers::virtual_devices::monitors::ant::Ant;
use protocols::ant::{
    CommandOutcome, ControlPage, Data, DataKind, FitnessPage, HostMessage, LONGEST_FRAME, Profile,
    RadioDecoder, RadioMessage, Track,
};
use protocols::vocabulary::{MachineLoad, PercentGrade, Watts};

use crate::host::{AsDevice, Host, START, decoded};
use crate::radio::{codes, set_up, strap_of};

fn open<D: AsDevice>(host: &mut Host<D>) {
    let mut messages = strap_of(2, 0);
    if let HostMessage::SetChannelId { id, .. } = &mut messages[2] {
        id.device_type = Profile::FitnessEquipment.device_type();
    }
    if let HostMessage::SetPeriod { period, .. } = &mut messages[4] {
        *period = Profile::FitnessEquipment.period();
    }
    set_up(host, &messages);
    host.run(1_000);
}

fn pages(messages: &[RadioMessage]) -> Vec<FitnessPage> {
    let mut found = Vec::new();
    for message in messages {
        if let RadioMessage::Data(data) = message {
            found.push(FitnessPage::from_bytes(data.page));
        }
    }
    found
}

/// Sends a page, and waits for its delivery.
fn tell<D: AsDevice>(host: &mut Host<D>, page: ControlPage) -> Vec<FitnessPage> {
    let message = HostMessage::Data(Data::new(DataKind::Acknowledged, 2, page.bytes()));
    let mut buffer = [0; LONGEST_FRAME];
    let bytes = message.frame().encode(&mut buffer).expect("room").to_vec();
    assert!(host.ask(&bytes).is_empty());
    let messages = decoded::<RadioDecoder>(&host.run(600));
    assert_eq!(codes(&messages), [protocols::ant::Code::DELIVERED]);
    pages(&messages)
}

fn status_after<D: AsDevice>(host: &mut Host<D>, page: ControlPage) -> FitnessPage {
    tell(host, page);
    let pages = tell(
        host,
        ControlPage::Request {
            answers: 1,
            page: FitnessPage::COMMAND_STATUS,
        },
    );
    let is_status = |page: &FitnessPage| matches!(page, FitnessPage::CommandStatus(_));
    pages.into_iter().find(is_status).expect("page 71")
}

#[test]
fn a_trainer_sends_its_pages_by_turns_four_times_a_second() {
    let mut host = Host::of("ant-trainer");
    open(&mut host);
    let found = pages(&decoded::<RadioDecoder>(&host.run(60_000)));
    assert!(found.len().abs_diff(240) <= 1);
    let (mut general, mut settings, mut trainer, mut common) = (0, 0, 0, 0);
    for page in &found {
        if let FitnessPage::General(page) = page {
            general += 1;
            assert_eq!(page.speed_raw, Some(5_000));
            assert_eq!(page.heart_rate_raw, None);
        } else if let FitnessPage::Trainer(page) = page {
            trainer += 1;
            assert_eq!((page.cadence, page.power), (Some(60), Some(100)));
        } else if matches!(page, FitnessPage::Settings(_)) {
            settings += 1;
        } else if matches!(page, FitnessPage::Common(_)) {
            common += 1;
        }
    }
    assert!((21..=24).contains(&settings), "{settings}");
    assert_eq!(common, 4);
    assert!((117..=120).contains(&general), "{general}");
    assert!((94..=97).contains(&trainer), "{trainer}");
}

#[test]
fn a_target_is_confirmed_by_page_71_and_felt_within_two_seconds() {
    let mut host = Host::new(Ant::with_trainer(START, 12_345));
    open(&mut host);
    let watts = Watts::new(150).expect("in range");
    let target = ControlPage::target_power(watts);
    let FitnessPage::CommandStatus(first) = status_after(&mut host, target) else {
        panic!("page 71");
    };
    assert!(first.confirms(&target));
    host.run(2_500);
    assert_eq!(host.device.actual_load(), Some(MachineLoad::Power(watts)));
    let FitnessPage::CommandStatus(second) = status_after(&mut host, target) else {
        panic!("page 71");
    };
    assert_eq!(second.sequence, first.sequence.map(|it| it + 1));
    host.body.cadence = 0.0;
    host.run(500);
    assert_eq!(host.device.actual_load(), None);
    let found = pages(&decoded::<RadioDecoder>(&host.run(1_000)));
    let too_slow = found
        .iter()
        .any(|page| matches!(page, FitnessPage::Trainer(page) if page.status.flags & 3 == 1));
    assert!(too_slow);
}

#[test]
fn grade_and_resistance_are_felt_and_shown() {
    let mut host = Host::new(Ant::with_trainer(START, 12_345));
    open(&mut host);
    let grade = PercentGrade::new(2.5).expect("in range");
    tell(&mut host, ControlPage::Track(Track::of(grade)));
    let found = pages(&decoded::<RadioDecoder>(&host.run(4_000)));
    let shown = found
        .iter()
        .any(|page| matches!(page, FitnessPage::Settings(page) if page.incline_raw == Some(250)));
    assert!(shown);
    let load = host.device.actual_load();
    assert!(
        matches!(load, Some(MachineLoad::Power(watts)) if watts.get() == 121),
        "{load:?}"
    );
    tell(&mut host, ControlPage::BasicResistance(40));
    host.run(2_500);
    let load = host.device.actual_load();
    assert!(
        matches!(load, Some(MachineLoad::Power(watts)) if watts.get() == 200),
        "{load:?}"
    );
}

#[test]
fn what_cannot_be_is_rejected_and_keeps_the_load() {
    let mut host = Host::new(Ant::with_trainer(START, 12_345));
    open(&mut host);
    host.run(2_000);
    let before = host.device.actual_load();
    for page in [
        ControlPage::TargetPower(16_001),
        ControlPage::BasicResistance(201),
    ] {
        let FitnessPage::CommandStatus(status) = status_after(&mut host, page) else {
            panic!("page 71");
        };
        assert_eq!(status.outcome, CommandOutcome::REJECTED);
        assert_eq!(host.device.actual_load(), before);
    }
}

#[test]
fn its_capabilities_are_the_sheets_sample() {
    let mut host = Host::of("ant-trainer");
    open(&mut host);
    let request: [u8; 13] = [
        0xA4, 0x09, 0x4F, 0x02, 0x46, 0xFF, 0xFF, 0xFF, 0xFF, 0x04, 0x36, 0x01, 0x95,
    ];
    let answer = [
        0xA4, 0x09, 0x4E, 0x02, 0x36, 0xFF, 0xFF, 0xFF, 0xFF, 0xC8, 0x00, 0x07, 0x18,
    ];
    assert!(host.ask(&request).is_empty());
    let bytes = host.run(2_000);
    let times = bytes.windows(13).filter(|it| *it == answer).count();
    assert_eq!(times, 4);
}

#[test]
fn a_second_transfer_has_to_wait_for_the_first() {
    let mut host = Host::of("ant-trainer");
    open(&mut host);
    let page: [u8; 13] = [
        0xA4, 0x09, 0x4F, 0x02, 0x31, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x58, 0x02, 0x74,
    ];
    assert!(host.ask(&page).is_empty());
    let answers = decoded::<RadioDecoder>(&host.ask(&page));
    assert_eq!(
        codes(&answers),
        [protocols::ant::Code::TRANSFER_IN_PROGRESS]
    );
}

#[test]
fn a_trainer_without_mains_is_missed_and_brakes_nobody() {
    let mut host = Host::new(Ant::with_trainer(START, 12_345));
    open(&mut host);
    host.device.set_power(host.now, false);
    let found = codes(&decoded::<RadioDecoder>(&host.run(1_500)));
    assert!(found.contains(&protocols::ant::Code::RECEIVE_FAILED));
    assert_eq!(host.device.actual_load(), None);
    host.device.set_power(host.now, true);
    assert!(!pages(&decoded::<RadioDecoder>(&host.run(2_000))).is_empty());
}
