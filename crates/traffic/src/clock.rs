//! Moments as recordings write them, as nanoseconds since 1970-01-01 UTC.

/// Nanoseconds of a second.
const SECOND: i64 = 1_000_000_000;

/// Reads a moment in the form of ISO 8601 that HAR uses: `2009-07-24T19:20:30.45+01:00`.
///
/// The offset may be `Z`, `+hh:mm` or `+hhmm`; a fraction of a second is cut after nine digits.
/// None where the text has another form or the moment does not fit 64 bits.
pub(crate) fn parse_moment(text: &str) -> Option<i64> {
    let (date, time) = text.trim().split_once(['T', 't', ' '])?;
    let [year, month, day] = numbers::<3>(date, '-', &[4, 2, 2])?;
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = time.split_at_checked(zone)?;
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let [hour, minute, second] = numbers::<3>(clock, ':', &[2, 2, 2])?;
    let in_range = (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !in_range {
        return None;
    }
    let seconds = days_since_epoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset(zone)?;
    seconds.checked_mul(SECOND)?.checked_add(nanoseconds(fraction)?)
}

/// Whole numbers of fixed widths with a separator between them.
fn numbers<const N: usize>(text: &str, separator: char, widths: &[usize; N]) -> Option<[i64; N]> {
    let mut parts = text.split(separator);
    let mut found = [0; N];
    for (slot, width) in found.iter_mut().zip(widths) {
        let part = parts.next().filter(|part| part.len() == *width)?;
        *slot = digits(part)?;
    }
    parts.next().is_none().then_some(found)
}

/// A number of digits only.
fn digits(text: &str) -> Option<i64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// The digits after the point of a second, as nanoseconds.
fn nanoseconds(fraction: &str) -> Option<i64> {
    let cut = fraction.get(..9).unwrap_or(fraction);
    let missing = u32::try_from(9_usize.checked_sub(cut.len())?).ok()?;
    digits(fraction.get(9..).filter(|rest| !rest.is_empty()).unwrap_or("0"))?;
    Some(digits(cut)? * 10_i64.pow(missing))
}

/// The seconds that local time is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    let (sign, rest) = match zone.split_at_checked(1)? {
        ("Z" | "z", "") => return Some(0),
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some(parts) => parts,
        None => rest.split_at_checked(2)?,
    };
    let hours = digits(hours).filter(|&hours| hours < 24)?;
    let minutes = if minutes.is_empty() { 0 } else { digits(minutes).filter(|&minutes| minutes < 60)? };
    Some(sign * (hours * 3_600 + minutes * 60))
}

/// The days of a month of the Gregorian calendar.
const fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The days from 1970-01-01 to a date of the Gregorian calendar, whose year has four digits.
const fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    // Years are counted from March, so that the leap day is the last day of its year.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days_before_year = 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let days_before_month = (153 * month + 2) / 5;
    /// The days from the first of March of year 0 to 1970-01-01.
    const EPOCH: i64 = 719_468;
    days_before_year + days_before_month + day - 1 - EPOCH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<i64>) {
        assert_eq!(parse_moment(text), expected, "{text}");
    }

    #[test]
    fn moments_are_counted_from_1970() {
        check("1970-01-01T00:00:00Z", Some(0));
        check("2009-07-24T19:20:30.45+01:00", Some(1_248_459_630_450_000_000));
        check("2024-02-29T23:59:59.123456789-0830", Some(1_709_281_799_123_456_789));
        check("1969-12-31T23:59:59.5Z", Some(-500_000_000));
        check("2000-03-01T00:00:00.1234567899Z", Some(951_868_800_123_456_789));
    }

    #[test]
    fn what_is_no_moment_is_none() {
        for text in ["", "2009-07-24", "2009-7-24T1:2:3Z", "2023-02-29T00:00:00Z", "2024-01-01T24:00:00Z"] {
            check(text, None);
        }
        for text in ["2024-01-01T00:00:00", "2024-01-01T00:00:00+9", "9999-01-01T00:00:00Z", "２０24-01-01T00:00:00Z"]
        {
            check(text, None);
        }
    }
}
