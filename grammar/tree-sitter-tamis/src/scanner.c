// The tokens of Tamis that need more than a regular expression: whatever begins with a letter, a digit or a colon.
//
// No word is reserved: `in` is an operator between two operands and a name where an operand is due. The parser says
// which tokens may come next, and where that does not decide, the scanner looks at what follows the word. Numbers,
// addresses and networks are read as a whole and have to be ones.
//
// The scanner keeps no state. Operators, functions and units come from their records: see `operators.h`.

#include "tree_sitter/parser.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

// The order is that of `externals` in `grammar.js`.
enum Token {
  NAME,
  NOTHING,
  ITEM_NAME,
  LET,
  RULE,
  NOT,
  AND_WORD,
  OR_WORD,
  COMPARE_WORD,
  MEMBER_WORD,
  QUANTIFIER,
  QUANTIFIER_IN,
  SAMPLE,
  BOOLEAN,
  INTEGER,
  SMALLEST_INTEGER,
  FLOAT,
  DURATION,
  SIZE,
  IP,
  NETWORK,
  PROBABILITY,
  RAW_STRING,
  // Never expected: what looks like a token and is none.
  MALFORMED,
};

#include "operators.h"

// How other languages call a missing value: a name here, but nothing is compared with it.
static const char *const NOTHINGS[] = {"null", "nil", "NULL", "None", "undefined"};

// Methods of other languages: a mistake where one is called.
static const char *const METHODS[] = {
    "startsWith", "starts_with", "startswith", "endsWith",   "ends_with",    "endswith",   "contains",
    "includes",   "matches",     "match",      "equals",     "eq",           "lowerAscii", "toLowerCase",
    "lower",      "to_lowercase", "upperAscii", "toUpperCase", "upper",      "size",       "length",
    "len",
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static bool is_one_of(const char *text, const char *const *list, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(text, list[i]) == 0) return true;
  }
  return false;
}

static bool is_digit(int32_t c) { return c >= '0' && c <= '9'; }

static bool is_letter(int32_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

static bool is_word(int32_t c) { return is_letter(c) || is_digit(c); }

static bool is_hex(int32_t c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

static unsigned hex_value(char c) {
  if (is_digit(c)) return (unsigned)(c - '0');
  return (unsigned)((c | 0x20) - 'a' + 10);
}

// Ordinary blanks, unusual ones, and characters that hide text.
static bool is_blank(int32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xa0 || c == 0xad || c == 0x61c || c == 0x1680 ||
         c == 0x180e || (c >= 0x2000 && c <= 0x200f) || (c >= 0x2028 && c <= 0x202f) ||
         (c >= 0x205f && c <= 0x2064) || (c >= 0x2066 && c <= 0x2069) || c == 0x3000 || c == 0xfeff;
}

// A text of a token, and the characters behind its end that were looked at already.
#define MOST_TEXT 512
#define MOST_AHEAD 128

typedef struct {
  TSLexer *lexer;
  char text[MOST_TEXT + 1];
  unsigned length;
  bool is_too_long;
  int32_t ahead[MOST_AHEAD];
  unsigned looked;
} Scan;

static void push(Scan *scan, int32_t c) {
  if (scan->length < MOST_TEXT) {
    scan->text[scan->length++] = (char)c;
    scan->text[scan->length] = 0;
  } else {
    scan->is_too_long = true;
  }
}

static void mark(Scan *scan) { scan->lexer->mark_end(scan->lexer); }

// The character so far behind the token; zero at the end of the text. The last one asked for is not passed.
static int32_t peek(Scan *scan, unsigned place) {
  while (scan->looked < place && scan->looked < MOST_AHEAD) {
    if (scan->lexer->eof(scan->lexer)) return 0;
    scan->ahead[scan->looked++] = scan->lexer->lookahead;
    scan->lexer->advance(scan->lexer, false);
  }
  if (place < scan->looked) return scan->ahead[place];
  if (place > scan->looked || scan->lexer->eof(scan->lexer)) return 0;
  return scan->lexer->lookahead;
}

// Forgets characters behind the token.
static void drop(Scan *scan, unsigned count) {
  peek(scan, count);
  if (count > scan->looked) count = scan->looked;
  memmove(scan->ahead, scan->ahead + count, (scan->looked - count) * sizeof(scan->ahead[0]));
  scan->looked -= count;
}

// Takes characters that were looked at into the token.
static void accept(Scan *scan, unsigned count) {
  peek(scan, count);
  for (unsigned i = 0; i < count && i < scan->looked; i++) push(scan, scan->ahead[i]);
  drop(scan, count);
}

static void skip_blanks(Scan *scan) {
  for (;;) {
    int32_t c = peek(scan, 0);
    if (is_blank(c)) {
      drop(scan, 1);
    } else if (c == '/' && peek(scan, 1) == '/') {
      while (peek(scan, 0) != 0 && peek(scan, 0) != '\n') drop(scan, 1);
    } else {
      return;
    }
  }
}

// Reads a dotted name from where it begins; what lies behind its end may have been looked at.
static void read_name(Scan *scan, bool marks) {
  while (is_word(peek(scan, 0))) accept(scan, 1);
  if (marks) mark(scan);
  while (peek(scan, 0) == '.' && is_word(peek(scan, 1))) {
    accept(scan, 2);
    while (is_word(peek(scan, 0))) accept(scan, 1);
    if (marks) mark(scan);
    while (peek(scan, 0) == '-' && is_word(peek(scan, 1))) {
      accept(scan, 2);
      while (is_word(peek(scan, 0))) accept(scan, 1);
      if (marks) mark(scan);
    }
  }
}

// Reads the name that comes next, behind the token; whether there is one.
static bool next_name(Scan *scan) {
  scan->length = 0;
  scan->text[0] = 0;
  if (!is_letter(peek(scan, 0))) return false;
  read_name(scan, false);
  bool is_raw_string = strcmp(scan->text, "r") == 0 && (peek(scan, 0) == '"' || peek(scan, 0) == '#');
  return !is_raw_string && peek(scan, 0) != '.';
}

// Whether a symbol that compares comes next.
static bool compare_symbol_follows(Scan *scan) {
  size_t longest = 0;
  bool compares = false;
  for (size_t i = 0; i < COUNT(SYMBOLS); i++) {
    size_t length = strlen(SYMBOLS[i].text);
    bool fits = length > longest;
    for (unsigned k = 0; fits && k < length; k++) fits = peek(scan, k) == SYMBOLS[i].text[k];
    if (fits) {
      longest = length;
      compares = SYMBOLS[i].compares;
    }
  }
  return compares;
}

// Whether a comparison comes next, so that the word before it is a name (`not == 1`, `not in 10.0.0.0/8`).
static bool comparison_follows(Scan *scan) {
  skip_blanks(scan);
  if (!is_letter(peek(scan, 0))) return compare_symbol_follows(scan);
  if (!next_name(scan)) return false;
  if (strcmp(scan->text, "not") == 0) {
    skip_blanks(scan);
    next_name(scan);
    for (size_t i = 0; i < COUNT(WORDS); i++) {
      if (WORDS[i].negated && strcmp(scan->text, WORDS[i].text) == 0) return true;
    }
    return false;
  }
  for (size_t i = 0; i < COUNT(WORDS); i++) {
    bool compares = WORDS[i].token == COMPARE_WORD || WORDS[i].token == MEMBER_WORD;
    if (compares && !WORDS[i].negated && strcmp(scan->text, WORDS[i].text) == 0) {
      skip_blanks(scan);
      return !compare_symbol_follows(scan);
    }
  }
  return false;
}

// Whether `NAME =` comes next, so that `let` or `rule` before it begins an item.
static bool item_follows(Scan *scan) {
  skip_blanks(scan);
  if (!next_name(scan) || strpbrk(scan->text, ".-")) return false;
  skip_blanks(scan);
  int32_t behind = peek(scan, 0) == '=' ? peek(scan, 1) : '=';
  return behind != '=' && behind != '~' && behind != '^' && behind != '<' && behind != '>';
}

// Whether `(NAME in` comes next, so that the word before it is a quantifier.
static bool variable_follows(Scan *scan) {
  skip_blanks(scan);
  if (peek(scan, 0) != '(') return false;
  drop(scan, 1);
  skip_blanks(scan);
  if (!next_name(scan)) return false;
  skip_blanks(scan);
  return next_name(scan) && strcmp(scan->text, "in") == 0;
}

// Whether a set may come next: in parentheses stands only the name of one.
static bool set_follows(Scan *scan) {
  skip_blanks(scan);
  if (peek(scan, 0) != '(') return true;
  drop(scan, 1);
  skip_blanks(scan);
  if (!next_name(scan)) return false;
  skip_blanks(scan);
  return peek(scan, 0) == ')';
}

static bool found(Scan *scan, enum Token token) {
  scan->lexer->result_symbol = token;
  return true;
}

static bool found_if(Scan *scan, bool right, enum Token token) { return found(scan, right ? token : MALFORMED); }

// Reads `address` as IPv4 into bytes.
static bool read_ip4(const char *address, uint8_t *bytes) {
  for (unsigned part = 0; part < 4; part++) {
    if (part > 0 && *address++ != '.') return false;
    unsigned value = 0, digits = 0;
    const char *first = address;
    for (; is_digit(*address); address++, digits++) value = value * 10 + (unsigned)(*address - '0');
    if (digits == 0 || digits > 3 || value > 255 || (digits > 1 && *first == '0')) return false;
    bytes[part] = (uint8_t)value;
  }
  return *address == 0;
}

// Reads groups of an IPv6 address, up to `most`; answers how many there are, and moves behind them.
static unsigned read_groups(const char **address, uint8_t *bytes, unsigned most) {
  unsigned count = 0;
  while (count < most) {
    const char *at = *address;
    if (count > 0) {
      if (at[0] != ':' || at[1] == ':') return count;
      at++;
    }
    if (count + 2 <= most && strchr(at, '.') && !strchr(at, ':')) {
      if (!read_ip4(at, bytes + 2 * count)) return count;
      *address = at + strlen(at);
      return count + 2;
    }
    unsigned value = 0, digits = 0;
    for (; is_hex(*at) && digits < 4; at++, digits++) value = value * 16 + hex_value(*at);
    if (digits == 0) return count;
    bytes[2 * count] = (uint8_t)(value >> 8);
    bytes[2 * count + 1] = (uint8_t)value;
    *address = at;
    count++;
  }
  return count;
}

static bool read_ip6(const char *address, uint8_t *bytes) {
  uint8_t tail[16] = {0};
  memset(bytes, 0, 16);
  unsigned n_head = read_groups(&address, bytes, 8);
  if (n_head == 8) return *address == 0;
  if (address[0] != ':' || address[1] != ':') return false;
  address += 2;
  unsigned n_tail = read_groups(&address, tail, 7 - n_head);
  memcpy(bytes + 16 - 2 * n_tail, tail, 2 * n_tail);
  return *address == 0;
}

// Whether all bits behind a prefix are zero.
static bool is_network(const uint8_t *bytes, unsigned n_bytes, unsigned prefix) {
  for (unsigned bit = prefix; bit < 8 * n_bytes; bit++) {
    if (bytes[bit / 8] & (0x80u >> (bit % 8))) return false;
  }
  return true;
}

static bool found_address(Scan *scan) {
  uint8_t bytes[16];
  char *slash = strchr(scan->text, '/');
  if (slash) *slash = 0;
  bool is_ip6 = strchr(scan->text, ':') != NULL;
  bool is_right = is_ip6 ? read_ip6(scan->text, bytes) : read_ip4(scan->text, bytes);
  if (!is_right || !slash) return found_if(scan, is_right, IP);
  const char *digits = slash + 1;
  size_t n_digits = strlen(digits);
  if (n_digits == 0 || n_digits > 3 || strchr(digits, '.') || (n_digits > 1 && digits[0] == '0')) {
    return found(scan, MALFORMED);
  }
  unsigned prefix = 0;
  for (; *digits; digits++) prefix = prefix * 10 + (unsigned)(*digits - '0');
  unsigned n_bytes = is_ip6 ? 16 : 4;
  return found_if(scan, prefix <= 8 * n_bytes && is_network(bytes, n_bytes, prefix), NETWORK);
}

// Takes what follows the first group of an IPv6 address, if that is what it is; whether it is.
static bool take_ip6(Scan *scan) {
  unsigned n_groups = 0, at = 0;
  while (n_groups < 9 && peek(scan, at) == ':') {
    at++;
    for (unsigned digits = 0; digits < 4 && is_hex(peek(scan, at)); digits++) at++;
    n_groups++;
  }
  if (n_groups < 2) return false;
  accept(scan, at);
  mark(scan);
  unsigned dotted = 0;
  for (unsigned part = 0; part < 3 && dotted < MOST_AHEAD; part++) {
    unsigned from = dotted;
    if (peek(scan, dotted) == '.') dotted++;
    for (unsigned digits = 0; dotted > from && digits < 3 && is_digit(peek(scan, dotted)); digits++) dotted++;
    if (dotted <= from + 1) return true;
  }
  accept(scan, dotted);
  mark(scan);
  return true;
}

static bool found_ip6(Scan *scan) {
  if (peek(scan, 0) == '/' && is_digit(peek(scan, 1))) {
    accept(scan, 2);
    while (is_digit(peek(scan, 0))) accept(scan, 1);
    mark(scan);
  }
  return found_address(scan);
}

// Whether the token and what follows it are a UUID, which needs quotes.
static bool is_uuid(Scan *scan) {
  static const unsigned PARTS[] = {4, 4, 4, 12};
  if (scan->length != 8) return false;
  for (unsigned i = 0; i < 8; i++) {
    if (!is_hex(scan->text[i])) return false;
  }
  unsigned at = 0;
  for (unsigned part = 0; part < COUNT(PARTS); part++) {
    if (peek(scan, at++) != '-') return false;
    for (unsigned i = 0; i < PARTS[part]; i++) {
      if (!is_hex(peek(scan, at++))) return false;
    }
  }
  return !is_word(peek(scan, at)) && peek(scan, at) != '-';
}

// The digits of a text without `_`, and whether there is nothing else in it.
static bool plain_digits(const char *text, size_t length, char *digits) {
  size_t count = 0;
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '_') continue;
    if (!is_digit(text[i])) return false;
    digits[count++] = text[i];
  }
  digits[count] = 0;
  return true;
}

static bool is_at_most(const char *digits, const char *most) {
  while (*digits == '0') digits++;
  size_t length = strlen(digits), limit = strlen(most);
  return length != limit ? length < limit : strcmp(digits, most) <= 0;
}

static bool found_decimal(Scan *scan, const char *digits) {
  if (digits[0] == '0' && digits[1]) return found(scan, MALFORMED);
  if (strcmp(digits, "9223372036854775808") == 0) return found(scan, SMALLEST_INTEGER);
  return found_if(scan, is_at_most(digits, "9223372036854775807"), INTEGER);
}

static bool found_radix(Scan *scan, unsigned radix) {
  uint64_t value = 0;
  bool is_right = scan->text[1] >= 'a', has_digits = false;
  for (const char *at = scan->text + 2; is_right && *at; at++) {
    if (*at == '_') continue;
    unsigned digit = is_hex(*at) ? hex_value(*at) : radix;
    is_right = digit < radix && value <= (uint64_t)INT64_MAX / radix;
    value = value * radix + digit;
    is_right = is_right && value <= (uint64_t)INT64_MAX;
    has_digits = true;
  }
  return found_if(scan, is_right && has_digits, INTEGER);
}

// Whether a text has the form of a float; `mantissa` is the length of what stands before the exponent.
static bool is_float(const char *text, size_t *mantissa) {
  *mantissa = strcspn(text, "eE");
  for (size_t i = 0; i < *mantissa; i++) {
    if (!is_digit(text[i]) && text[i] != '.' && text[i] != '_') return false;
  }
  const char *at = text + *mantissa;
  if (*at == 0) return true;
  at++;
  if (*at == '+' || *at == '-') at++;
  if (*at == 0) return false;
  for (; *at; at++) {
    if (!is_digit(*at)) return false;
  }
  return true;
}

// A float is in range where it is not rounded to infinity.
static bool float_is_in_range(const char *digits, int32_t before_point, const char *exponent) {
  static const char *const MOST = "1797693134862315807";
  int32_t power = 0;
  bool is_negative = *exponent == '-';
  if (*exponent == '+' || *exponent == '-') exponent++;
  for (; *exponent; exponent++) {
    if (power < 100000) power = power * 10 + (*exponent - '0');
  }
  while (*digits == '0') {
    digits++;
    before_point--;
  }
  if (*digits == 0) return true;
  int32_t magnitude = before_point + (is_negative ? -power : power);
  if (magnitude != 309) return magnitude < 309;
  for (unsigned i = 0; MOST[i]; i++) {
    char digit = *digits ? *digits++ : '0';
    if (digit != MOST[i]) return digit < MOST[i];
  }
  return true;
}

static bool found_float(Scan *scan, size_t mantissa) {
  char digits[MOST_TEXT + 1];
  size_t count = 0, before_point = 0;
  bool has_point = false;
  for (size_t i = 0; i < mantissa; i++) {
    char c = scan->text[i];
    if (c == '.' && has_point) return found(scan, MALFORMED);
    if (c == '.') has_point = true;
    if (!is_digit(c)) continue;
    digits[count++] = c;
    if (!has_point) before_point++;
  }
  digits[count] = 0;
  if (before_point > 1 && digits[0] == '0') return found(scan, MALFORMED);
  const char *exponent = scan->text[mantissa] ? scan->text + mantissa + 1 : "";
  return found_if(scan, float_is_in_range(digits, (int32_t)before_point, exponent), FLOAT);
}

// A decimal number times a scale, if that is a whole number of 63 bits.
static bool scaled(const char *number, size_t length, uint64_t scale, uint64_t *amount) {
  char digits[MOST_TEXT + 1];
  const char *point = memchr(number, '.', length);
  size_t n_whole = point ? (size_t)(point - number) : length, count = 0, places = 0;
  if (n_whole == 0 || !is_digit(number[0])) return false;
  for (size_t i = 0; i < length; i++) {
    if (number[i] == '.' && i != n_whole) return false;
    if (!is_digit(number[i])) continue;
    digits[count++] = number[i];
    if (i > n_whole) places++;
  }
  for (; places > 0 && digits[count - 1] == '0'; places--) count--;
  // The product, from the last digit to the first.
  uint64_t carry = 0, value = 0;
  uint8_t product[MOST_TEXT + 32];
  size_t n_product = 0;
  for (size_t i = count; i > 0; i--) {
    carry += (uint64_t)(digits[i - 1] - '0') * scale;
    product[n_product++] = (uint8_t)(carry % 10);
    carry /= 10;
  }
  for (; carry > 0; carry /= 10) product[n_product++] = (uint8_t)(carry % 10);
  for (size_t i = 0; i < places && i < n_product; i++) {
    if (product[i] != 0) return false;
  }
  for (size_t i = n_product; i > places; i--) {
    if (value > ((uint64_t)INT64_MAX - product[i - 1]) / 10) return false;
    value = value * 10 + product[i - 1];
  }
  *amount = value;
  return true;
}

static bool found_quantity(Scan *scan) {
  const char *at = scan->text;
  uint64_t total = 0, previous_scale = 0;
  bool is_time = false;
  while (*at) {
    size_t n_number = strspn(at, "0123456789_.");
    size_t n_suffix = strcspn(at + n_number, "0123456789");
    size_t unit = 0;
    for (; unit < COUNT(UNITS); unit++) {
      const char *suffix = UNITS[unit].text;
      if (strlen(suffix) == n_suffix && strncmp(suffix, at + n_number, n_suffix) == 0) break;
    }
    uint64_t amount = 0;
    if (unit == COUNT(UNITS)) return found(scan, MALFORMED);
    bool is_next = previous_scale == 0 || (is_time == UNITS[unit].is_time && UNITS[unit].scale < previous_scale);
    if (!is_next || !scaled(at, n_number, UNITS[unit].scale, &amount)) return found(scan, MALFORMED);
    if (amount > (uint64_t)INT64_MAX - total) return found(scan, MALFORMED);
    total += amount;
    previous_scale = UNITS[unit].scale;
    is_time = UNITS[unit].is_time;
    at += n_number + n_suffix;
  }
  return found(scan, is_time ? DURATION : SIZE);
}

// Whether the digits of a text, with the point somewhere, are a number of at least one and at most `most` hundreds.
static bool is_share(const char *text) {
  char digits[MOST_TEXT + 1];
  const char *point = strchr(text, '.');
  size_t length = strlen(text), n_whole = point ? (size_t)(point - text) : length, count = 0, fraction = 0;
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '_' || i == n_whole) continue;
    if (!is_digit(text[i])) return false;
    digits[count++] = text[i];
    if (i > n_whole) fraction++;
  }
  digits[count] = 0;
  if (strspn(digits, "0") == count || count > 19 || fraction > 17) return false;
  char most[MOST_TEXT + 1] = "100";
  memset(most + 3, '0', fraction);
  most[3 + fraction] = 0;
  return is_at_most(digits, most);
}

static bool is_ratio(const char *numerator, const char *denominator) {
  char above[MOST_TEXT + 1], below[MOST_TEXT + 1];
  if (!plain_digits(numerator, strlen(numerator), above)) return false;
  if (!plain_digits(denominator, strlen(denominator), below)) return false;
  return strspn(above, "0") < strlen(above) && is_at_most(below, "18446744073709551615") && is_at_most(above, below);
}

static void read_number(Scan *scan) {
  for (;;) {
    int32_t c = peek(scan, 0);
    bool is_decimal = strspn(scan->text, "0123456789._") + 1 >= scan->length;
    char last = scan->length > 0 ? scan->text[scan->length - 1] : 0;
    if (is_word(c)) {
      accept(scan, 1);
    } else if ((c == '+' || c == '-') && (last == 'e' || last == 'E') && is_decimal && is_digit(peek(scan, 1))) {
      accept(scan, 2);
    } else if (c == '.' && is_digit(peek(scan, 1))) {
      accept(scan, 2);
    } else if (c == 0xb5 || c == 0x3bc) {
      drop(scan, 1);
      push(scan, c == 0xb5 ? 0xc2 : 0xce);
      push(scan, c == 0xb5 ? 0xb5 : 0xbc);
    } else {
      return;
    }
    mark(scan);
  }
}

static bool found_number(Scan *scan, const bool *valid) {
  unsigned n_hex = 0;
  for (; n_hex < 4 && is_hex(peek(scan, 0)); n_hex++) accept(scan, 1);
  mark(scan);
  if (peek(scan, 0) == ':' && take_ip6(scan)) return found_ip6(scan);
  read_number(scan);
  if (is_uuid(scan) || scan->is_too_long) return found(scan, MALFORMED);
  const char *text = scan->text;
  char digits[MOST_TEXT + 1];
  bool is_digits = strspn(text, "0123456789") == scan->length;
  if (is_digits && peek(scan, 0) == '.' && peek(scan, 1) != '.') return found(scan, MALFORMED);
  const char *point = strchr(text, '.');
  bool is_dotted = point && strchr(point + 1, '.');
  if (is_dotted && peek(scan, 0) == '/' && is_digit(peek(scan, 1))) {
    do {
      accept(scan, 2);
      while (is_digit(peek(scan, 0))) accept(scan, 1);
      mark(scan);
    } while (peek(scan, 0) == '.' && is_digit(peek(scan, 1)));
    return found_address(scan);
  }
  if (valid[PROBABILITY] && !valid[MALFORMED]) {
    skip_blanks(scan);
    if (peek(scan, 0) == '%') {
      drop(scan, 1);
      mark(scan);
      return found_if(scan, is_share(text), PROBABILITY);
    }
    if (peek(scan, 0) == '/' && peek(scan, 1) != '/') {
      drop(scan, 1);
      skip_blanks(scan);
      if (is_digit(peek(scan, 0))) {
        char numerator[MOST_TEXT + 1];
        strcpy(numerator, text);
        scan->length = 0;
        scan->text[0] = 0;
        read_number(scan);
        return found_if(scan, !scan->is_too_long && is_ratio(numerator, text), PROBABILITY);
      }
    }
  }
  if (plain_digits(text, scan->length, digits)) return found_decimal(scan, digits);
  if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) return found_radix(scan, 16);
  if (text[0] == '0' && (text[1] == 'o' || text[1] == 'O')) return found_radix(scan, 8);
  if (text[0] == '0' && (text[1] == 'b' || (text[1] == 'B' && text[2]))) return found_radix(scan, 2);
  if (is_dotted && strspn(text, "0123456789.") == scan->length) return found_address(scan);
  size_t mantissa;
  if (is_float(text, &mantissa)) return found_float(scan, mantissa);
  return found_quantity(scan);
}

// The rest of a raw string behind its `r`.
static bool found_raw_string(Scan *scan) {
  unsigned n_hashes = 0;
  TSLexer *lexer = scan->lexer;
  for (; lexer->lookahead == '#'; n_hashes++) lexer->advance(lexer, false);
  if (lexer->lookahead != '"') return found(scan, MALFORMED);
  lexer->advance(lexer, false);
  while (!lexer->eof(lexer)) {
    bool is_quote = lexer->lookahead == '"';
    lexer->advance(lexer, false);
    unsigned closing = 0;
    while (is_quote && closing < n_hashes && lexer->lookahead == '#') {
      lexer->advance(lexer, false);
      closing++;
    }
    if (is_quote && closing == n_hashes) {
      mark(scan);
      return found(scan, RAW_STRING);
    }
  }
  return found(scan, MALFORMED);
}

// A word in the place of an operator.
static bool found_operator(Scan *scan, const bool *valid, const char *word) {
  bool negates = strcmp(word, "not") == 0;
  if (negates) {
    skip_blanks(scan);
    if (!next_name(scan) || scan->looked > 0) return false;
    mark(scan);
    word = scan->text;
  }
  for (size_t i = 0; i < COUNT(WORDS); i++) {
    if (WORDS[i].negated != negates || strcmp(word, WORDS[i].text) != 0) continue;
    enum Token token = WORDS[i].token;
    if (!valid[token]) return false;
    int32_t behind = peek(scan, 0);
    if (behind == '"' || behind == '\'' || behind == ':') return found(scan, MALFORMED);
    return found_if(scan, token != MEMBER_WORD || set_follows(scan), token);
  }
  return false;
}

static bool found_word(Scan *scan, const bool *valid) {
  bool any = valid[MALFORMED];
  unsigned n_hex = 0;
  for (; n_hex < 4 && is_hex(peek(scan, 0)); n_hex++) accept(scan, 1);
  if (n_hex > 0 && valid[IP] && !is_word(peek(scan, 0))) {
    mark(scan);
    if (peek(scan, 0) == ':' && take_ip6(scan)) return found_ip6(scan);
  }
  if (scan->looked == 0) {
    read_name(scan, true);
  }
  int32_t behind = peek(scan, 0);
  if (strcmp(scan->text, "r") == 0 && (behind == '"' || behind == '#')) return valid[RAW_STRING] && found_raw_string(scan);
  if (behind == '.' || is_uuid(scan) || scan->is_too_long) return found(scan, MALFORMED);
  char word[MOST_TEXT + 1];
  strcpy(word, scan->text);

  if (valid[ITEM_NAME] && !any) return found(scan, ITEM_NAME);
  bool is_let = strcmp(word, "let") == 0, is_rule = strcmp(word, "rule") == 0;
  if ((is_let && valid[LET]) || (is_rule && valid[RULE])) {
    if (item_follows(scan)) return found(scan, is_let ? LET : RULE);
    return !any && valid[NAME] && found(scan, NAME);
  }
  if (valid[QUANTIFIER_IN] && !any) return strcmp(word, "in") == 0 && found(scan, QUANTIFIER_IN);
  bool is_operator_due = valid[AND_WORD] || valid[OR_WORD] || valid[COMPARE_WORD] || valid[MEMBER_WORD];
  if (is_operator_due && !(any && strcmp(word, "not") == 0) && found_operator(scan, valid, word)) return true;
  if (!valid[NAME]) return false;
  // Only a name may stand here: the variable of a quantifier.
  if (!valid[BOOLEAN]) return found(scan, NAME);

  if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0) return found(scan, BOOLEAN);
  if (strcmp(word, "not") == 0) return found(scan, comparison_follows(scan) ? NAME : NOT);
  if (valid[QUANTIFIER] && is_one_of(word, QUANTIFIERS, COUNT(QUANTIFIERS)) && variable_follows(scan)) {
    return found(scan, QUANTIFIER);
  }
  skip_blanks(scan);
  // Twice the same operator, or that of another language: a name only where no operand comes next.
  if (strcmp(word, "and") == 0 || strcmp(word, "or") == 0 || strcmp(word, "NOT") == 0) {
    int32_t next = peek(scan, 0);
    bool starts_operand = is_word(next) || next == '(' || next == '!' || next == '"' || next == '\'';
    return found(scan, starts_operand && !comparison_follows(scan) ? MALFORMED : NAME);
  }
  if (peek(scan, 0) == '(') {
    if (strcmp(word, "sample") == 0) return found(scan, SAMPLE);
    const char *last = strrchr(word, '.');
    if (last && is_one_of(last + 1, METHODS, COUNT(METHODS))) return found(scan, MALFORMED);
  }
  return found(scan, is_one_of(word, NOTHINGS, COUNT(NOTHINGS)) ? NOTHING : NAME);
}

void *tree_sitter_tamis_external_scanner_create(void) { return NULL; }

void tree_sitter_tamis_external_scanner_destroy(void *payload) { (void)payload; }

unsigned tree_sitter_tamis_external_scanner_serialize(void *payload, char *buffer) {
  (void)payload;
  (void)buffer;
  return 0;
}

void tree_sitter_tamis_external_scanner_deserialize(void *payload, const char *buffer, unsigned length) {
  (void)payload;
  (void)buffer;
  (void)length;
}

bool tree_sitter_tamis_external_scanner_scan(void *payload, TSLexer *lexer, const bool *valid) {
  (void)payload;
  while (is_blank(lexer->lookahead)) lexer->advance(lexer, true);
  Scan scan;
  scan.lexer = lexer;
  scan.text[0] = 0;
  scan.length = 0;
  scan.is_too_long = false;
  scan.looked = 0;
  int32_t first = lexer->lookahead;
  if (is_letter(first)) return found_word(&scan, valid);
  if (is_digit(first)) return valid[INTEGER] && found_number(&scan, valid);
  if (first == ':' && valid[IP]) {
    mark(&scan);
    return take_ip6(&scan) && found_ip6(&scan);
  }
  return false;
}
