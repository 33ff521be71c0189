//! Times and durations as people read them.

/// Nanoseconds of a day.
const DAY: i64 = 86_400_000_000_000;

/// A point in time, in nanoseconds since 1970-01-01 UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment(pub(crate) i64);

impl Moment {
    /// The date, `2026-08-21`.
    pub(crate) fn date(self) -> String {
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// The time of day to the millisecond, `09:05:01.250`.
    pub(crate) fn time(self) -> String {
        let milliseconds = self.0.rem_euclid(DAY) / 1_000_000;
        let seconds = milliseconds / 1000;
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        format!("{hours:02}:{minutes:02}:{:02}.{:03}", seconds % 60, milliseconds % 1000)
    }

    /// Date and time as RFC 3339 writes them, to the nanosecond.
    pub(crate) fn rfc3339(self) -> String {
        let time = self.time();
        let time = time.split_once('.').map_or(time.as_str(), |(time, _)| time);
        format!("{}T{time}.{:09}Z", self.date(), self.0.rem_euclid(1_000_000_000))
    }
}

/// Year, month and day of a day counted from 1970-01-01, in the Gregorian calendar.
///
/// Years are counted from March, so that the leap day is the last one; 146,097 days are 400 years.
fn civil(day: i64) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day_of_month)
}

/// A duration in three digits or so: `0`, `850us`, `12.5ms`, `1.25s`, `3m07s`.
pub(crate) fn duration(nanoseconds: i64) -> String {
    let (unit, name) = match nanoseconds {
        0 => return "0".to_owned(),
        ..1_000 => return format!("{nanoseconds}ns"),
        1_000..1_000_000 => (1_000, "us"),
        1_000_000..1_000_000_000 => (1_000_000, "ms"),
        1_000_000_000..60_000_000_000 => (1_000_000_000, "s"),
        60_000_000_000.. => {
            let seconds = nanoseconds / 1_000_000_000;
            return format!("{}m{:02}s", seconds / 60, seconds % 60);
        }
    };
    let whole = nanoseconds / unit;
    let hundredths = nanoseconds % unit * 100 / unit;
    match whole {
        ..10 => format!("{whole}.{hundredths:02}{name}"),
        10..100 => format!("{whole}.{}{name}", hundredths / 10),
        100.. => format!("{whole}{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_follow_the_calendar() {
        let check = |nanoseconds: i64, expected: &str| assert_eq!(Moment(nanoseconds).rfc3339(), expected);
        check(0, "1970-01-01T00:00:00.000000000Z");
        check(-1, "1969-12-31T23:59:59.999999999Z");
        check(951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z");
        check(1_787_303_101_250_000_000, "2026-08-21T09:05:01.250000000Z");
        check(4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000000Z");
    }

    #[test]
    fn durations_have_three_digits() {
        let shown = [0, 999, 1_500, 12_345_678, 250_000_000, 1_250_000_000, 187_000_000_000].map(duration);
        assert_eq!(shown, ["0", "999ns", "1.50us", "12.3ms", "250ms", "1.25s", "3m07s"]);
    }
}
