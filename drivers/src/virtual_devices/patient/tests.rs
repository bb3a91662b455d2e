use super::*;

/// The parameters of the published check.
pub(super) fn check_parameters(af_cv: f64) -> PatientParameters {
    PatientParameters {
        mass_kg: 80.0,
        economy: 1.0,
        hr_rest_bpm: 70.0,
        hr_peak_bpm: 140.0,
        peak_met: 6.6,
        gain_bpm_per_met: 12.5,
        fast_fraction: 0.3,
        tau_fast_s: 14.0,
        tau_on_s: 80.0,
        tau_off_s: 130.0,
        dead_time_s: 5.0,
        drift_gain: 0.1,
        drift_tau_s: 1500.0,
        sd_vlf_bpm: 2.0,
        sd_lf_bpm: 1.5,
        sd_hf_bpm: 1.0,
        af_cv,
        spo2_rest_pct: 94.0,
        spo2_knee_met: 1.0,
        spo2_slope_pct_per_met: 2.0,
        spo2_tau_s: 30.0,
        spo2_delay_s: 15.0,
        spo2_noise_pct: 0.4,
        sbp_rest_mmhg: 125.0,
        sbp_mmhg_per_met: 8.0,
        strap_average_s: 5.0,
    }
}

/// Time; mean; heart rate in a regular rhythm; heart rate in fibrillation; saturation; systolic pressure.
const PUBLISHED: [(u64, f64, f64, f64, f64, f64); 7] = [
    (
        60,
        70.0,
        71.294_064_809_368_08,
        75.797_781_979_770_16,
        93.938_261_277_214_01,
        125.0,
    ),
    (
        75,
        78.891_997_791_675_21,
        82.630_328_860_870_72,
        72.194_482_349_482_68,
        93.983_394_689_796_17,
        131.819_223_260_476_46,
    ),
    (
        120,
        94.236_304_053_830_4,
        94.039_747_961_776_19,
        87.008_012_257_076_53,
        90.527_059_628_466,
        142.697_143_026_382_95,
    ),
    (
        300,
        106.659_017_583_209_59,
        104.339_783_203_165_47,
        160.337_194_625_729_35,
        90.163_879_640_882_64,
        148.885_839_441_906_4,
    ),
    (
        600,
        108.592_679_238_419_22,
        109.124_320_332_625_15,
        118.959_762_183_748_11,
        89.247_008_195_745_95,
        148.999_857_390_934_12,
    ),
    (
        660,
        88.474_134_331_668_41,
        88.009_100_517_550_46,
        99.535_288_555_139_64,
        93.891_790_098_596_25,
        131.302_819_521_760_97,
    ),
    (
        900,
        73.636_325_829_635_8,
        78.139_534_761_767_98,
        126.072_560_093_888_47,
        94.021_543_843_673_04,
        125.029_980_558_090_32,
    ),
];

#[test]
fn the_published_course_is_reproduced_bit_for_bit() {
    for af_cv in [0.0, 0.2] {
        let mut patient = VirtualPatient::new(check_parameters(af_cv), 42);
        for (until, mean, regular, fibrillating, saturation, systolic) in PUBLISHED {
            while patient.steps() < until * STEPS_PER_SECOND {
                let second = patient.steps() / STEPS_PER_SECOND;
                patient.step(
                    if (60..600).contains(&second) {
                        3.0
                    } else {
                        0.0
                    },
                    1.0,
                );
            }
            let heart_rate = if af_cv > 0.0 { fibrillating } else { regular };
            let expected = [mean, heart_rate, saturation, systolic];
            let found = [
                patient.mean_heart_rate(),
                patient.heart_rate(),
                patient.saturation(),
                patient.systolic(),
            ];
            assert_eq!(
                found.map(f64::to_bits),
                expected.map(f64::to_bits),
                "at {until} s, af_cv {af_cv}: {found:?}, expected {expected:?}"
            );
        }
    }
}

#[test]
fn a_gain_factor_multiplies_the_gain() {
    let mut doubled = check_parameters(0.0);
    doubled.gain_bpm_per_met = 25.0;
    let mut by_parameter = VirtualPatient::new(doubled, 1);
    let mut by_factor = VirtualPatient::new(check_parameters(0.0), 1);
    for _ in 0..1000 {
        by_parameter.step(1.0, 1.0);
        by_factor.step(1.0, 2.0);
    }
    assert_eq!(
        by_parameter.mean_heart_rate().to_bits(),
        by_factor.mean_heart_rate().to_bits()
    );
}

#[test]
fn heart_rate_never_passes_the_peak_in_the_mean() {
    let mut patient = VirtualPatient::new(check_parameters(0.0), 3);
    for _ in 0..40_000 {
        patient.step(20.0, 1.0);
        assert!(patient.mean_heart_rate() <= 140.0);
    }
    assert_eq!(patient.perceived_exertion(), 19);
}

#[test]
fn what_is_derived_for_display_follows_the_sheet() {
    let patient = VirtualPatient::new(check_parameters(0.0), 3);
    assert_eq!(patient.perceived_exertion(), 6);
    assert!((patient.diastolic() - 77.5).abs() < 1e-9);
}

#[test]
fn a_file_holds_exactly_the_parameters() {
    let parameters = check_parameters(0.2);
    let text = serde_json::to_string(&parameters).expect("plain numbers");
    let read: PatientParameters = serde_json::from_str(&text).expect("its own text");
    assert_eq!(read, parameters);
    let more = text.replacen('{', "{\"height_m\":1.8,", 1);
    assert!(serde_json::from_str::<PatientParameters>(&more).is_err());
    let less = text.replacen("\"economy\":1.0,", "", 1);
    assert!(serde_json::from_str::<PatientParameters>(&less).is_err());
}

#[test]
fn parameters_out_of_all_sense_do_not_panic() {
    let mut bad = check_parameters(f64::NAN);
    bad.tau_on_s = 0.0;
    bad.dead_time_s = f64::INFINITY;
    bad.hr_peak_bpm = -1.0;
    let mut patient = VirtualPatient::new(bad, 0);
    let mut sensors = Sensors::new(&bad);
    for _ in 0..100 {
        patient.step(f64::NAN, 1.0);
        sensors.observe(&patient, patient.steps(), &[]);
    }
}
