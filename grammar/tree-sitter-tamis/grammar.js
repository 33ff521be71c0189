/**
 * @file The grammar of Tamis, edition `tamis`, for tree-sitter.
 *
 * It accepts exactly the texts that the parser of the language accepts; a test compares the two on every case of the
 * corpus and on generated texts. Words are contextual, so whatever begins with a letter or a digit is read by
 * `src/scanner.c`, which may look ahead. The operators come from their records: see `operators.json`.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

const operators = require('./operators.json');

const PRECEDENCE = { sum: 1, product: 2, default: 3, minus: 4 };

/** What stands between brackets, with commas. */
const listed = (rule) => seq(rule, repeat(seq(',', rule)));

/** One of several signs. */
const sign = (level) => choice(...operators[level].symbols);

/** Blanks as the parser takes them: ordinary ones, unusual ones and characters that hide text (both get a warning). */
const BLANKS =
  /[ \t\r\n\u000b\u000c\u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u2069\u3000\ufeff]/;

/**
 * The operands of `&&` or of `||`, from the left. A literal alone behind a comparison (`x == 500 || 502`) is a
 * mistake, so it matters what an operand is and what stands before it.
 */
const chain = (level, word) => {
  const operator = (_) => choice(sign(level), alias(word(_), operators[level].words[0]));
  const [beside, otherwise] = [`_${level}_behind_comparison`, `_${level}_behind_other`];
  const anything = ($) => choice($.comparison, $._other, $._plain_literal, $[beside], $[otherwise]);
  return {
    [beside]: ($) => seq(anything($), operator($), $.comparison),
    [otherwise]: ($) =>
      choice(
        seq(anything($), operator($), $._other),
        seq(choice($._other, $._plain_literal, $[otherwise]), operator($), $._plain_literal),
      ),
  };
};

module.exports = grammar({
  name: 'tamis',

  // The order is that of the tokens in `src/scanner.c`.
  externals: ($) => [
    $.name,
    $._nothing,
    $._item_name,
    $._let,
    $._rule,
    $._not,
    $._and_word,
    $._or_word,
    $._compare_word,
    $._member_word,
    $.quantifier,
    $._quantifier_in,
    $._sample,
    $.boolean,
    $.integer,
    $._smallest_integer,
    $.float,
    $.duration,
    $.size,
    $.ip,
    $.network,
    $.probability,
    $.raw_string,
    $._malformed,
  ],

  extras: ($) => [BLANKS, $.comment],

  supertypes: ($) => [],

  rules: {
    document: ($) => choice(field('condition', $._expression), repeat1(choice($.let_item, $.rule_item))),

    let_item: ($) =>
      seq(alias($._let, 'let'), field('name', alias($._item_name, $.name)), '=', field('value', $._expression)),
    rule_item: ($) =>
      seq(alias($._rule, 'rule'), field('name', alias($._item_name, $.name)), '=', field('condition', $._expression)),

    _expression: ($) => choice($.conjunction, $.disjunction, $._unary),
    _unary: ($) => choice($.comparison, $._other, $._plain_literal),
    conjunction: ($) => choice($._and_behind_comparison, $._and_behind_other),
    disjunction: ($) => choice($._or_behind_comparison, $._or_behind_other),
    ...chain('and', ($) => $._and_word),
    ...chain('or', ($) => $._or_word),

    // `!` before a comparison needs parentheses, `not` does not.
    negation: ($) =>
      choice(
        seq(field('operator', alias($._not, 'not')), $._unary),
        seq(field('operator', sign('not')), choice($._other, $._plain_literal)),
      ),
    _other: ($) => choice($.negation, $._computed, alias($._absent_word, $.path), $.range),

    comparison: ($) =>
      seq(
        field('left', $._compared),
        field('operator', choice(sign('compare'), alias(choice($._compare_word, $._member_word), $.operator_word))),
        field('right', $._compared),
      ),
    // `null` is a name, and compared with nothing.
    _compared: ($) => choice($._present, $.range),
    range: ($) => seq(field('low', $._value), '..', field('high', $._value)),

    _value: ($) => choice($._present, alias($._absent_word, $.path)),
    _present: ($) => choice($._computed, $._plain_literal),
    _computed: ($) => choice($.arithmetic, $.minus, $._atom),
    _atom: ($) => choice($.path, $.call, $.quantified, $.group, $.set, $.boolean),
    _absent_word: ($) => alias($._nothing, $.name),

    arithmetic: ($) => {
      const level = (name) =>
        prec.left(
          PRECEDENCE[name],
          seq(field('left', $._value), field('operator', sign(name)), field('right', $._value)),
        );
      return choice(level('sum'), level('product'), level('default'));
    },
    minus: ($) =>
      prec(
        PRECEDENCE.minus,
        seq(
          field('operator', sign('minus')),
          choice($._atom, alias($._absent_word, $.path), $.minus, $.negative, $._text_literal),
        ),
      ),
    negative: ($) =>
      prec(PRECEDENCE.minus, seq(sign('minus'), choice($._number, alias($._smallest_integer, $.integer)))),

    _plain_literal: ($) => choice($._number, $.negative, $._text_literal),
    _number: ($) => choice($.integer, $.float, $.duration, $.size),
    _text_literal: ($) => choice($.string, $.raw_string, $.ip, $.network),

    path: ($) => choice($.name, seq(choice($.name, alias($._nothing, $.name)), $.key)),
    key: ($) => seq('[', choice($.string, $.raw_string), ']'),
    group: ($) => seq('(', $._expression, ')'),
    set: ($) => seq('[', optional(listed($._expression)), ']'),

    call: ($) =>
      choice(
        seq(
          field('function', alias(choice($.name, $._nothing), $.function)),
          '(',
          optional($._arguments),
          ')',
        ),
        seq(
          field('function', alias($._sample, $.function)),
          '(',
          optional(choice($._arguments, seq($.probability, repeat(seq(',', $._argument))))),
          ')',
        ),
      ),
    _arguments: ($) => seq($._expression, repeat(seq(',', $._argument))),
    _argument: ($) => seq(optional($.label), $._expression),
    label: ($) => seq(choice($.name, alias($._nothing, $.name)), ':'),
    quantified: ($) =>
      seq(
        field('quantifier', $.quantifier),
        '(',
        field('variable', alias($.name, $.variable)),
        alias($._quantifier_in, 'in'),
        field('source', $._expression),
        ',',
        field('condition', $._expression),
        ')',
      ),

    string: ($) =>
      choice(
        seq('"', repeat(choice(alias($._double_content, $.string_content), $.escape_sequence)), token.immediate('"')),
        seq("'", repeat(choice(alias($._single_content, $.string_content), $.escape_sequence)), token.immediate("'")),
      ),
    _double_content: (_) => token.immediate(prec(1, /[^"\\\n]+/)),
    _single_content: (_) => token.immediate(prec(1, /[^'\\\n]+/)),
    // A code point has up to six digits, is at most 10FFFF and no surrogate.
    escape_sequence: (_) =>
      token.immediate(
        prec(
          1,
          choice(
            /\\["'\\nrt0\/]/,
            /\\x[0-9a-fA-F]{2}/,
            /\\u\{[0-9a-fA-F]{1,3}\}/,
            /\\u\{0{0,2}([0-9a-cefA-CEF][0-9a-fA-F]{3}|[dD][0-7][0-9a-fA-F]{2})\}/,
            /\\u\{0?[1-9a-fA-F][0-9a-fA-F]{4}\}/,
            /\\u\{10[0-9a-fA-F]{4}\}/,
          ),
        ),
      ),

    comment: (_) => token(seq('//', /[^\n]*/)),
  },
});
