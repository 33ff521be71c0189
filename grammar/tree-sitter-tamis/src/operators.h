// Generated from `crates/lang/src/builtin` and `crates/lang/src/unit.rs` by `cargo xtask codegen`; changes here are lost.

// Operators in symbols, and whether they compare.
static const struct {
  const char *text;
  bool compares;
} SYMBOLS[] = {
    {"||", false},
    {"&&", false},
    {"==", true},
    {"!=", true},
    {"<", true},
    {"<=", true},
    {">", true},
    {">=", true},
    {"^=", true},
    {"=^", true},
    {"~", true},
    {"!~", true},
    {"+", false},
    {"-", false},
    {"*", false},
    {"/", false},
    {"%", false},
    {"??", false},
};

// Operators in words, whether `not` stands before them, and their token.
static const struct {
  const char *text;
  bool negated;
  enum Token token;
} WORDS[] = {
    {"or", false, OR_WORD},
    {"and", false, AND_WORD},
    {"contains", false, COMPARE_WORD},
    {"contains", true, COMPARE_WORD},
    {"like", false, COMPARE_WORD},
    {"like", true, COMPARE_WORD},
    {"in", false, MEMBER_WORD},
    {"in", true, MEMBER_WORD},
};

static const char *const QUANTIFIERS[] = {"any", "all", "none"};

// Units, whether of time or of data, and how many of the smallest one they are.
static const struct {
  const char *text;
  bool is_time;
  uint64_t scale;
} UNITS[] = {
    {"ns", true, 1},
    {"us", true, 1000},
    {"\302\265s", true, 1000},
    {"\316\274s", true, 1000},
    {"ms", true, 1000000},
    {"s", true, 1000000000},
    {"m", true, 60000000000},
    {"h", true, 3600000000000},
    {"d", true, 86400000000000},
    {"B", false, 1},
    {"KB", false, 1000},
    {"KiB", false, 1024},
    {"MB", false, 1000000},
    {"MiB", false, 1048576},
    {"GB", false, 1000000000},
    {"GiB", false, 1073741824},
    {"TB", false, 1000000000000},
    {"TiB", false, 1099511627776},
};
