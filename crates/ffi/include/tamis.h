/* The interface of Tamis for C. Generated from crates/ffi; docs/c.md shows how it is used. */

#ifndef TAMIS_H
#define TAMIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// The version of this interface: a program that was compiled with the header of another one must not go on.
#define TAMIS_ABI_VERSION 1

// What a function says of its own work.
//
// Everything but `TAMIS_STATUS_OK` leaves the places for results as they were, except where a function says otherwise.
typedef enum {
    // It is done.
    TAMIS_STATUS_OK = 0,
    // A pointer that must not be null is null.
    TAMIS_STATUS_NULL_POINTER = 1,
    // A text that must be UTF-8 is not.
    TAMIS_STATUS_NOT_UTF8 = 2,
    // A number stands for nothing: a kind of value, a phase, an edition.
    TAMIS_STATUS_OUT_OF_RANGE = 3,
    // There is nothing of that name.
    TAMIS_STATUS_UNKNOWN = 4,
    // A rule, a catalog or a program is refused; the reason was written to the buffer.
    TAMIS_STATUS_REFUSED = 5,
    // A value has another type than its field.
    TAMIS_STATUS_WRONG_TYPE = 6,
    // A mistake in this library: the call did nothing that can be relied on, and the handles should be freed.
    TAMIS_STATUS_PANIC = 7,
} tamis_status;

// What a rule says of a request.
typedef enum {
    // The request does not match.
    TAMIS_VERDICT_NO_MATCH = 0,
    // It matches.
    TAMIS_VERDICT_MATCH = 1,
    // It cannot be said yet; only evaluations by phase say so.
    TAMIS_VERDICT_NOT_YET = 2,
} tamis_verdict;

// A step of a request, in the order in which they happen.
typedef enum {
    // The connection is accepted: addresses, ports and node facts.
    TAMIS_PHASE_CONNECT = 0,
    // The handshake is done: server name, certificates, cipher.
    TAMIS_PHASE_TLS = 1,
    // Request line and headers are read; the trace is known.
    TAMIS_PHASE_REQUEST_HEADERS = 2,
    // The router has run: Route and Service, or none.
    TAMIS_PHASE_ROUTE = 3,
    // Plugins of the access step have run: the Consumer, or none.
    TAMIS_PHASE_AUTHENTICATED = 4,
    // The request body is read.
    TAMIS_PHASE_REQUEST_BODY = 5,
    // A target is chosen and the request sent to it.
    TAMIS_PHASE_UPSTREAM = 6,
    // The response's status and headers are known.
    TAMIS_PHASE_RESPONSE_HEADERS = 7,
    // The response body is sent.
    TAMIS_PHASE_RESPONSE_BODY = 8,
    // The last byte is out; all totals are final.
    TAMIS_PHASE_LOG = 9,
    // There is no such step.
    TAMIS_PHASE_NONE = 255,
} tamis_phase;

// The type of a value.
typedef enum {
    // True or false, in `integer`: 0 or 1.
    TAMIS_TYPE_BOOL = 0,
    // A signed integer, in `integer`.
    TAMIS_TYPE_INT = 1,
    // A floating-point number, in `floating`.
    TAMIS_TYPE_FLOAT = 2,
    // Bytes, in `text`.
    TAMIS_TYPE_STRING = 3,
    // An address, in `address` and `address_len`.
    TAMIS_TYPE_IP = 4,
    // A network, in `address`, `address_len` and `prefix_len`.
    TAMIS_TYPE_NETWORK = 5,
    // Nanoseconds, in `integer`.
    TAMIS_TYPE_DURATION = 6,
    // Bytes, in `integer`.
    TAMIS_TYPE_SIZE = 7,
} tamis_type;

// The type of a field of a schema.
typedef enum {
    // UTF-8 text.
    TAMIS_ATC_TYPE_STRING = 0,
    // A network, which only rules have.
    TAMIS_ATC_TYPE_IP_CIDR = 1,
    // An address.
    TAMIS_ATC_TYPE_IP_ADDR = 2,
    // A signed integer of 64 bits.
    TAMIS_ATC_TYPE_INT = 3,
} tamis_atc_type;

// How the text of a rule is to be read, unless it says so itself in its first line.
typedef enum {
    // The language of new rules.
    TAMIS_EDITION_TAMIS = 0,
    // The language of rules that run on Kong's atc-router.
    TAMIS_EDITION_ATC = 1,
    // The language of rules that must still run there: what atc-router refuses is an error.
    TAMIS_EDITION_ATC_STRICT = 2,
} tamis_edition;

// The values of one request, and what matched.
typedef struct tamis_atc_context tamis_atc_context;

// Expressions with priorities.
//
// It has a copy of its schema, so fields that are added to that later are not seen.
typedef struct tamis_atc_router tamis_atc_router;

// The fields that expressions may name; it grows until routers are made of it.
typedef struct tamis_atc_schema tamis_atc_schema;

// The fields that rules may name.
//
// It never changes, so any number of threads may use it at once.
// What was made with it stays usable after it was freed.
typedef struct tamis_catalog tamis_catalog;

// One request on its way through the phases, for one rule.
//
// One thread at a time may use it; a worker keeps one for each request that is under way and restarts it.
typedef struct tamis_evaluation tamis_evaluation;

// A compiled rule.
//
// It never changes, so any number of threads may use it at once.
typedef struct tamis_program tamis_program;

// The values of one request, and the memory that evaluating needs.
//
// Strings are not copied: their bytes must stay as they are until the request is reset or freed.
// One thread at a time may use it; a worker keeps one and resets it from request to request, which allocates nothing
// once it has grown.
typedef struct tamis_request tamis_request;

// Rules that are asked together; each has a number, the smallest one that was free when it was added.
//
// Threads may share it as long as nobody adds or removes. Evaluations keep the rules that they began with.
typedef struct tamis_set tamis_set;

// One request on its way through the phases, for all rules of a set.
typedef struct tamis_set_progress tamis_set_progress;

// Bytes that were made here and are the caller's: to be freed with `tamis_buffer_free`, and with nothing else.
//
// `data` is null where nothing was written.
typedef struct {
    // The first byte.
    char *data;
    // How many there are.
    size_t len;
} tamis_buffer;

// Bytes that somebody else owns.
//
// They need not end with a zero, and `data` may be null if `len` is 0.
typedef struct {
    // The first byte.
    const char *data;
    // How many there are.
    size_t len;
} tamis_text;

// A field, or one key of a family of fields.
typedef struct {
    // The place of the field in its catalog.
    uint32_t id;
    // The type of its values, a `tamis_type`.
    uint32_t value_type;
    // The key of a family's member; empty for a field that is no family.
    tamis_text key;
} tamis_field;

// One value.
//
// `value_type` says which of the other members count; those that do not may hold anything.
typedef struct {
    // The type, a `tamis_type`.
    uint32_t value_type;
    // How many of the bytes of `address` there are: 4 or 16.
    uint8_t address_len;
    // The bits of a network.
    uint8_t prefix_len;
    // A boolean, an integer, nanoseconds or bytes.
    int64_t integer;
    // A floating-point number.
    double floating;
    // A string, which need not be UTF-8.
    tamis_text text;
    // An address in network order.
    uint8_t address[16];
} tamis_value;

// A request of the caller's own, asked for a value only when a condition needs it.
//
// It saves copying where a request has many values and rules look at few.
typedef struct {
    // Handed to `get`, and otherwise left alone.
    void *context;
    // Writes one value of a field to `out` and returns true, or returns false where there is none of that `place`.
    //
    // Places count from 0. The answers must not change while a rule runs; the bytes of a string must stay as they are
    // for as long. It is called on the thread that runs the rule, and must return: no exception and no `longjmp`.
    bool (*get)(void *context, const tamis_field *field, uint32_t place, tamis_value *out);
    // What decides `sample`: the randomness of the trace, of which the lower 56 bits count.
    uint64_t randomness;
} tamis_source;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The version of the interface that the library has, to be compared with `TAMIS_ABI_VERSION`.
uint32_t tamis_abi_version(void);

// The version of Tamis, such as `0.1.0`, with a zero behind it; it lives as long as the library.
const char *tamis_version(void);

// A schema without fields.
//
// # Safety
//
// `out` points to memory for a handle.
tamis_status tamis_atc_schema_new(tamis_atc_schema **out);

// Frees a schema.
//
// # Safety
//
// `schema` is null or a handle that was not freed.
void tamis_atc_schema_free(tamis_atc_schema *schema);

// Adds a field; a name whose last segment is `*` stands for every name with another last segment.
//
// # Returns
//
// `TAMIS_STATUS_OUT_OF_RANGE` for the number of no `tamis_atc_type`.
//
// # Safety
//
// `schema` is a handle that nobody else uses; `field` is readable.
tamis_status tamis_atc_schema_add_field(tamis_atc_schema *schema,
                                        const char *field,
                                        size_t field_len,
                                        uint32_t field_type);

// A router without expressions.
//
// # Safety
//
// `schema` is a handle; `out` points to memory for a handle.
tamis_status tamis_atc_router_new(const tamis_atc_schema *schema, tamis_atc_router **out);

// Frees a router.
//
// # Safety
//
// `router` is null or a handle that was not freed and that nobody uses.
void tamis_atc_router_free(tamis_atc_router *router);

// Adds an expression under a key; of those that match, the one with the highest priority wins.
//
// # Returns
//
// `TAMIS_STATUS_REFUSED` if the key is in use with that priority or the expression is wrong; `reason`, unless it is
// null, says why.
//
// # Safety
//
// `router` is a handle that nobody else uses; the texts are readable; `reason` is null or points to memory for a buffer.
tamis_status tamis_atc_router_add_matcher(tamis_atc_router *router,
                                          uint64_t priority,
                                          const char *key,
                                          size_t key_len,
                                          const char *expression,
                                          size_t expression_len,
                                          tamis_buffer *reason);

// Takes out the expression of a key.
//
// # Returns
//
// `TAMIS_STATUS_UNKNOWN` if there is none with that priority.
//
// # Safety
//
// `router` is a handle that nobody else uses; `key` is readable.
tamis_status tamis_atc_router_remove_matcher(tamis_atc_router *router,
                                             uint64_t priority,
                                             const char *key,
                                             size_t key_len);

// The fields that the expressions use: a name a line, in order.
//
// # Safety
//
// `router` is a handle; `out` points to memory for a buffer.
tamis_status tamis_atc_router_fields(const tamis_atc_router *router, tamis_buffer *out);

// Looks for the expression that matches; `matched` receives whether there is one.
//
// # Safety
//
// `router` is a handle; `context` is a handle that nobody else uses; `matched` points to memory for a boolean.
tamis_status tamis_atc_router_execute(const tamis_atc_router *router,
                                      tamis_atc_context *context,
                                      bool *matched);

// A request without values.
//
// # Safety
//
// `schema` is a handle; `out` points to memory for a handle.
tamis_status tamis_atc_context_new(const tamis_atc_schema *schema, tamis_atc_context **out);

// Frees a context.
//
// # Safety
//
// `context` is null or a handle that was not freed and that nobody uses.
void tamis_atc_context_free(tamis_atc_context *context);

// Forgets the values and the result of a context.
//
// # Safety
//
// `context` is a handle that nobody else uses.
tamis_status tamis_atc_context_reset(tamis_atc_context *context);

// Adds a text or an address, written as text, to a field; it is copied.
//
// # Returns
//
// `TAMIS_STATUS_UNKNOWN` if the schema does not have the field, `TAMIS_STATUS_WRONG_TYPE` if it has another type,
// `TAMIS_STATUS_OUT_OF_RANGE` if the text is no address.
//
// # Safety
//
// `context` is a handle that nobody else uses; the texts are readable.
tamis_status tamis_atc_context_add_text(tamis_atc_context *context,
                                        const char *field,
                                        size_t field_len,
                                        const char *value,
                                        size_t value_len);

// Adds an integer to a field.
//
// # Returns
//
// As `tamis_atc_context_add_text`.
//
// # Safety
//
// `context` is a handle that nobody else uses; `field` is readable.
tamis_status tamis_atc_context_add_int(tamis_atc_context *context,
                                       const char *field,
                                       size_t field_len,
                                       int64_t value);

// What the last search found: the key of the expression, what it found a field to be, and how many captures there are.
//
// All texts live until the context is searched with again, reset or freed. `value` is empty where the expression found
// nothing of the field; each of the places may be null.
//
// # Returns
//
// `TAMIS_STATUS_UNKNOWN` if nothing was found.
//
// # Safety
//
// `context` is a handle that nobody else uses; `field` is readable; the places are null or point to memory for what they receive.
tamis_status tamis_atc_context_result(tamis_atc_context *context,
                                      const char *field,
                                      size_t field_len,
                                      tamis_text *key,
                                      tamis_text *value,
                                      uint32_t *n_captures);

// A capture of the last search, by its place: its number or name, and its text.
//
// # Returns
//
// `TAMIS_STATUS_OUT_OF_RANGE` if there is no such place.
//
// # Safety
//
// `context` is a handle that nobody else uses; `name` and `value` point to memory for a text.
tamis_status tamis_atc_context_capture(tamis_atc_context *context,
                                       uint32_t place,
                                       tamis_text *name,
                                       tamis_text *value);

// Frees the bytes of a buffer and empties it.
//
// A null pointer and an empty buffer are fine.
//
// # Safety
//
// `buffer` is null or points to a buffer that a function of this library wrote and nobody has freed.
void tamis_buffer_free(tamis_buffer *buffer);

// A catalog that the library brings along: `kong`, `kong-sampler`, `kong-router` or `otel`.
//
// # Returns
//
// `TAMIS_STATUS_UNKNOWN` if there is none of that name.
//
// # Safety
//
// `name` is readable; `out` points to memory for a handle.
tamis_status tamis_catalog_shipped(const char *name, size_t name_len, tamis_catalog **out);

// A catalog from the text of a catalog file, which is JSON.
//
// # Returns
//
// `TAMIS_STATUS_REFUSED` if it is none; `reason`, unless it is null, then holds the diagnostics as a JSON array.
//
// # Safety
//
// `json` is readable; `out` points to memory for a handle; `reason` is null or points to memory for a buffer.
tamis_status tamis_catalog_from_json(const char *json,
                                     size_t json_len,
                                     tamis_catalog **out,
                                     tamis_buffer *reason);

// Frees a catalog.
//
// # Safety
//
// `catalog` is null or a handle that was not freed.
void tamis_catalog_free(tamis_catalog *catalog);

// How many fields a catalog has; their places are the numbers below.
//
// # Safety
//
// `catalog` is a handle or null, of which there are no fields.
uint32_t tamis_catalog_len(const tamis_catalog *catalog);

// Looks up a field by its name, or by one of its former names.
//
// The key of a family's member points into `name`, so it lives as long as that.
//
// # Returns
//
// `TAMIS_STATUS_UNKNOWN` if the catalog has no such field.
//
// # Safety
//
// `catalog` is a handle; `name` is readable; `out` points to memory for a field.
tamis_status tamis_catalog_field(const tamis_catalog *catalog,
                                 const char *name,
                                 size_t name_len,
                                 tamis_field *out);

// An evaluation at its beginning.
//
// # Safety
//
// `program` is a handle; `out` points to memory for a handle.
tamis_status tamis_evaluation_new(const tamis_program *program, tamis_evaluation **out);

// Frees an evaluation.
//
// # Safety
//
// `evaluation` is null or a handle that was not freed and that nobody uses.
void tamis_evaluation_free(tamis_evaluation *evaluation);

// Begins again, with another request.
//
// # Safety
//
// `evaluation` is a handle that nobody else uses.
tamis_status tamis_evaluation_restart(tamis_evaluation *evaluation);

// Goes on with what is known of the request by a phase, a `tamis_phase`: everything of this phase and of those before
// it was added.
//
// A verdict other than `TAMIS_VERDICT_NOT_YET` is the final one.
//
// # Returns
//
// `TAMIS_STATUS_OUT_OF_RANGE` for the number of no phase.
//
// # Safety
//
// `evaluation` and `request` are handles that nobody else uses, of the same catalog; `out` points to memory for a
// verdict.
tamis_status tamis_evaluation_advance(tamis_evaluation *evaluation,
                                      uint32_t phase,
                                      tamis_request *request,
                                      tamis_verdict *out);

// Decides what is still open, because nothing more will be known.
//
// # Safety
//
// As for `tamis_evaluation_advance`.
tamis_status tamis_evaluation_finish(tamis_evaluation *evaluation,
                                     tamis_request *request,
                                     tamis_verdict *out);

// The next phase at which the rule learns something, `TAMIS_PHASE_NONE` if there is none.
//
// # Safety
//
// `evaluation` is a handle or null.
tamis_phase tamis_evaluation_next_phase(const tamis_evaluation *evaluation);

// The value of the key `th` in the entry `ot` of the header `tracestate` of a kept request, which says how many requests
// it stands for; empty while that is open or where it cannot be said.
//
// # Safety
//
// `evaluation` is a handle; `out` points to memory for a buffer.
tamis_status tamis_evaluation_threshold(const tamis_evaluation *evaluation,
                                        tamis_buffer *out);

// A request without values.
//
// # Safety
//
// `catalog` is a handle; `out` points to memory for a handle.
tamis_status tamis_request_new(const tamis_catalog *catalog, tamis_request **out);

// Frees a request.
//
// # Safety
//
// `request` is null or a handle that was not freed and that nobody uses.
void tamis_request_free(tamis_request *request);

// Forgets the values and the trace of a request, and keeps its memory.
//
// # Safety
//
// `request` is a handle that nobody else uses.
tamis_status tamis_request_reset(tamis_request *request);

// Adds a value to a field; a field may have several.
//
// # Returns
//
// `TAMIS_STATUS_WRONG_TYPE` if the field has another type, `TAMIS_STATUS_OUT_OF_RANGE` for an address that is none.
// The request is then as it was.
//
// # Safety
//
// `request` is a handle that nobody else uses; `field` and `value` are readable; the bytes of its string stay as they are until the
// request is reset or freed.
tamis_status tamis_request_add(tamis_request *request,
                               const tamis_field *field,
                               const tamis_value *value);

// Adds a string to a field.
//
// # Returns
//
// As `tamis_request_add`.
//
// # Safety
//
// `request` is a handle that nobody else uses; `field` is readable; the bytes of `text` stay as they are until the request is reset or
// freed.
tamis_status tamis_request_add_text(tamis_request *request,
                                    const tamis_field *field,
                                    const char *text,
                                    size_t text_len);

// Adds an integer to a field: also nanoseconds, bytes, and 0 or 1 for a boolean, as the type of the field says.
//
// # Returns
//
// As `tamis_request_add`.
//
// # Safety
//
// `request` is a handle that nobody else uses; `field` is readable.
tamis_status tamis_request_add_integer(tamis_request *request,
                                       const tamis_field *field,
                                       int64_t integer);

// Adds an address or a network, written as text such as `10.1.2.3` or `2001:db8::/32`, to a field.
//
// The text is read at once and may be gone afterwards.
//
// # Returns
//
// As `tamis_request_add`; `TAMIS_STATUS_OUT_OF_RANGE` if the text is none.
//
// # Safety
//
// `request` is a handle that nobody else uses; `field` and `text` are readable.
tamis_status tamis_request_add_address(tamis_request *request,
                                       const tamis_field *field,
                                       const char *text,
                                       size_t text_len);

// Says which trace the request belongs to, by its headers `traceparent` and `tracestate`; that decides `sample`.
//
// A request without a trace is in no share but `sample(100%)`.
//
// # Returns
//
// `TAMIS_STATUS_OUT_OF_RANGE` if `traceparent` is none; the request is then as it was.
//
// # Safety
//
// `request` is a handle that nobody else uses; both texts are readable.
tamis_status tamis_request_set_trace(tamis_request *request,
                                     const char *parent,
                                     size_t parent_len,
                                     const char *state,
                                     size_t state_len);

// Checks a rule, or a file of rules.
//
// `edition` is a `tamis_edition`.
// `report` receives the JSON document of `tamis check --format json`, whatever was found.
//
// # Returns
//
// `TAMIS_STATUS_REFUSED` if there is an error, `TAMIS_STATUS_OUT_OF_RANGE` for the number of no edition.
//
// # Safety
//
// `catalog` is a handle; `rule` is readable; `report` is null or points to memory for a buffer.
tamis_status tamis_check(const tamis_catalog *catalog,
                         uint32_t edition,
                         const char *rule,
                         size_t rule_len,
                         tamis_buffer *report);

// Compiles a rule.
//
// With a null `report` only errors are looked for, which is faster.
//
// # Returns
//
// As `tamis_check`; `TAMIS_STATUS_REFUSED` also for a file that does not have exactly one rule.
//
// # Safety
//
// As for `tamis_check`; `out` points to memory for a handle.
tamis_status tamis_compile(const tamis_catalog *catalog,
                           uint32_t edition,
                           const char *rule,
                           size_t rule_len,
                           tamis_program **out,
                           tamis_buffer *report);

// The bytes of a program, for another node: the same program has the same bytes.
//
// `catalog` is the one that the program was compiled with.
//
// # Safety
//
// `program` and `catalog` are handles; `out` points to memory for a buffer.
tamis_status tamis_program_to_bytes(const tamis_program *program,
                                    const tamis_catalog *catalog,
                                    tamis_buffer *out);

// A program from its bytes, which need not be trusted: it is loaded only if it is safe, within its declared cost, and
// needs nothing that this library and the catalog do not have.
//
// # Returns
//
// `TAMIS_STATUS_REFUSED` with every reason in `reason`, a line each, unless that is null.
//
// # Safety
//
// `catalog` is a handle; `bytes` is readable; `out` points to memory for a handle; `reason` is null or points to memory
// for a buffer.
tamis_status tamis_program_from_bytes(const tamis_catalog *catalog,
                                      const char *bytes,
                                      size_t bytes_len,
                                      tamis_program **out,
                                      tamis_buffer *reason);

// Frees a program.
//
// # Safety
//
// `program` is null or a handle that was not freed.
void tamis_program_free(tamis_program *program);

// How many fields a program uses; their places are the numbers below.
//
// # Safety
//
// `program` is a handle or null, which uses none.
uint32_t tamis_program_len(const tamis_program *program);

// A field that a program uses, by its place.
//
// `name` receives the full name. Both it and the key live as long as the program.
//
// # Returns
//
// `TAMIS_STATUS_OUT_OF_RANGE` if there is no such place.
//
// # Safety
//
// `program` is a handle; `out` points to memory for a field; `name` is null or points to memory for a text.
tamis_status tamis_program_field(const tamis_program *program,
                                 uint32_t place,
                                 tamis_field *out,
                                 tamis_text *name);

// Runs a program over a request; what was not added is absent.
//
// # Safety
//
// `program` is a handle; `request` is a handle, made with the catalog that the program was compiled with, that nobody
// else uses; `out` points to memory for a verdict.
tamis_status tamis_program_run(const tamis_program *program,
                               tamis_request *request,
                               tamis_verdict *out);

// Runs a program over a request that is asked for its values, each only when a condition needs it.
//
// `memory` is a request of the same catalog, of which only the memory is used.
//
// # Safety
//
// `program` and `source` are readable, and `source` keeps what it promises; `memory` is a handle that nobody else
// uses; `out` points to memory for a verdict.
tamis_status tamis_program_run_source(const tamis_program *program,
                                      const tamis_source *source,
                                      tamis_request *memory,
                                      tamis_verdict *out);

// Why a rule says what it says of a request, and the smallest change that flips it: the JSON document of
// `tamis why --format json`.
//
// # Returns
//
// As `tamis_check`; where the rule has an error, `report` receives what `tamis_check` writes.
//
// # Safety
//
// As for `tamis_check`; `request` is a handle that nobody else uses.
tamis_status tamis_explain(const tamis_catalog *catalog,
                           uint32_t edition,
                           const char *rule,
                           size_t rule_len,
                           const tamis_request *request,
                           tamis_buffer *report);

// The page of a diagnostic code, in Markdown.
//
// The text lives as long as the library.
//
// # Returns
//
// `TAMIS_STATUS_UNKNOWN` if there is no such code.
//
// # Safety
//
// `code` is readable; `out` points to memory for a text.
tamis_status tamis_explain_code(const char *code, size_t code_len, tamis_text *out);

// A set without rules.
//
// # Safety
//
// `out` points to memory for a handle.
tamis_status tamis_set_new(tamis_set **out);

// Frees a set.
//
// # Safety
//
// `set` is null or a handle that was not freed and that nobody uses.
void tamis_set_free(tamis_set *set);

// Adds a rule; the program may be freed afterwards.
//
// # Returns
//
// `TAMIS_STATUS_REFUSED` if the set has no room for it.
//
// # Safety
//
// `set` is a handle that nobody else uses; `program` is a handle, compiled with the catalog of the set's other rules;
// `out` points to memory for a number.
tamis_status tamis_set_add(tamis_set *set,
                           const tamis_program *program,
                           int32_t priority,
                           uint32_t *out);

// Takes a rule out; its number is free again.
//
// # Returns
//
// `TAMIS_STATUS_UNKNOWN` if the set has no such rule.
//
// # Safety
//
// `set` is a handle that nobody else uses.
tamis_status tamis_set_remove(tamis_set *set, uint32_t rule);

// How many rules a set has.
//
// # Safety
//
// `set` is a handle or null, which has none.
size_t tamis_set_len(const tamis_set *set);

// The numbers of all rules that a request matches, in order; they lie in the request until it is used again.
//
// # Safety
//
// `set` is a handle; `request` is a handle, of the catalog of the rules, that nobody else uses; `rules` and `len` point
// to memory for what they receive.
tamis_status tamis_set_matches(const tamis_set *set,
                               tamis_request *request,
                               const uint32_t **rules,
                               size_t *len);

// The rule with the largest priority that a request matches, of several the one with the smallest number.
//
// # Returns
//
// `TAMIS_STATUS_UNKNOWN` if it matches none.
//
// # Safety
//
// `set` is a handle; `request` is a handle, of the catalog of the rules, that nobody else uses; `rule` points to memory
// for a number.
tamis_status tamis_set_first(const tamis_set *set,
                             tamis_request *request,
                             uint32_t *rule);

// An evaluation of all rules that a set has now, at its beginning.
//
// # Safety
//
// `set` is a handle; `out` points to memory for a handle.
tamis_status tamis_set_progress_new(const tamis_set *set, tamis_set_progress **out);

// Frees an evaluation.
//
// # Safety
//
// `progress` is null or a handle that was not freed and that nobody uses.
void tamis_set_progress_free(tamis_set_progress *progress);

// Begins again, with another request and the rules that the set has now.
//
// # Safety
//
// `progress` is a handle that nobody else uses; `set` is a handle.
tamis_status tamis_set_progress_restart(tamis_set_progress *progress, const tamis_set *set);

// Goes on with what is known by a phase, a `tamis_phase`; answers which rules match that were open before. Their
// numbers lie in the evaluation until it is used again.
//
// `TAMIS_PHASE_NONE` decides what is still open, because nothing more will be known.
//
// # Returns
//
// `TAMIS_STATUS_OUT_OF_RANGE` for the number of no phase.
//
// # Safety
//
// `progress` and `request` are handles that nobody else uses, of the same catalog; `rules` and `len` point to memory for
// what they receive.
tamis_status tamis_set_progress_advance(tamis_set_progress *progress,
                                        uint32_t phase,
                                        tamis_request *request,
                                        const uint32_t **rules,
                                        size_t *len);

// What is decided about a rule so far.
//
// # Returns
//
// `TAMIS_STATUS_UNKNOWN` if the evaluation has no such rule.
//
// # Safety
//
// `progress` and `set` are handles, the evaluation one of the set; `out` points to memory for a verdict.
tamis_status tamis_set_progress_verdict(const tamis_set_progress *progress,
                                        const tamis_set *set,
                                        uint32_t rule,
                                        tamis_verdict *out);

// Whether a rule is still open; if none is, the request need not be followed any more.
//
// # Safety
//
// `progress` is a handle or null, of which nothing is open.
bool tamis_set_progress_is_open(const tamis_set_progress *progress);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* TAMIS_H */
