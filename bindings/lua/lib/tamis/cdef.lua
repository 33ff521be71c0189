-- The declarations of `tamis.h`, generated from `crates/ffi`.
return [[
typedef enum {
    TAMIS_STATUS_OK = 0,
    TAMIS_STATUS_NULL_POINTER = 1,
    TAMIS_STATUS_NOT_UTF8 = 2,
    TAMIS_STATUS_OUT_OF_RANGE = 3,
    TAMIS_STATUS_UNKNOWN = 4,
    TAMIS_STATUS_REFUSED = 5,
    TAMIS_STATUS_WRONG_TYPE = 6,
    TAMIS_STATUS_PANIC = 7,
} tamis_status;
typedef enum {
    TAMIS_VERDICT_NO_MATCH = 0,
    TAMIS_VERDICT_MATCH = 1,
    TAMIS_VERDICT_NOT_YET = 2,
} tamis_verdict;
typedef enum {
    TAMIS_PHASE_CONNECT = 0,
    TAMIS_PHASE_TLS = 1,
    TAMIS_PHASE_REQUEST_HEADERS = 2,
    TAMIS_PHASE_ROUTE = 3,
    TAMIS_PHASE_AUTHENTICATED = 4,
    TAMIS_PHASE_REQUEST_BODY = 5,
    TAMIS_PHASE_UPSTREAM = 6,
    TAMIS_PHASE_RESPONSE_HEADERS = 7,
    TAMIS_PHASE_RESPONSE_BODY = 8,
    TAMIS_PHASE_LOG = 9,
    TAMIS_PHASE_NONE = 255,
} tamis_phase;
typedef enum {
    TAMIS_TYPE_BOOL = 0,
    TAMIS_TYPE_INT = 1,
    TAMIS_TYPE_FLOAT = 2,
    TAMIS_TYPE_STRING = 3,
    TAMIS_TYPE_IP = 4,
    TAMIS_TYPE_NETWORK = 5,
    TAMIS_TYPE_DURATION = 6,
    TAMIS_TYPE_SIZE = 7,
} tamis_type;
typedef enum {
    TAMIS_ATC_TYPE_STRING = 0,
    TAMIS_ATC_TYPE_IP_CIDR = 1,
    TAMIS_ATC_TYPE_IP_ADDR = 2,
    TAMIS_ATC_TYPE_INT = 3,
} tamis_atc_type;
typedef enum {
    TAMIS_EDITION_TAMIS = 0,
    TAMIS_EDITION_ATC = 1,
    TAMIS_EDITION_ATC_STRICT = 2,
} tamis_edition;
typedef struct tamis_atc_context tamis_atc_context;
typedef struct tamis_atc_router tamis_atc_router;
typedef struct tamis_atc_schema tamis_atc_schema;
typedef struct tamis_catalog tamis_catalog;
typedef struct tamis_evaluation tamis_evaluation;
typedef struct tamis_program tamis_program;
typedef struct tamis_request tamis_request;
typedef struct tamis_set tamis_set;
typedef struct tamis_set_progress tamis_set_progress;
typedef struct {
    char *data;
    size_t len;
} tamis_buffer;
typedef struct {
    const char *data;
    size_t len;
} tamis_text;
typedef struct {
    uint32_t id;
    uint32_t value_type;
    tamis_text key;
} tamis_field;
typedef struct {
    uint32_t value_type;
    uint8_t address_len;
    uint8_t prefix_len;
    int64_t integer;
    double floating;
    tamis_text text;
    uint8_t address[16];
} tamis_value;
typedef struct {
    void *context;
    bool (*get)(void *context, const tamis_field *field, uint32_t place, tamis_value *out);
    uint64_t randomness;
} tamis_source;
uint32_t tamis_abi_version(void);
const char *tamis_version(void);
tamis_status tamis_atc_schema_new(tamis_atc_schema **out);
void tamis_atc_schema_free(tamis_atc_schema *schema);
tamis_status tamis_atc_schema_add_field(tamis_atc_schema *schema,
                                        const char *field,
                                        size_t field_len,
                                        uint32_t field_type);
tamis_status tamis_atc_router_new(const tamis_atc_schema *schema, tamis_atc_router **out);
void tamis_atc_router_free(tamis_atc_router *router);
tamis_status tamis_atc_router_add_matcher(tamis_atc_router *router,
                                          uint64_t priority,
                                          const char *key,
                                          size_t key_len,
                                          const char *expression,
                                          size_t expression_len,
                                          tamis_buffer *reason);
tamis_status tamis_atc_router_remove_matcher(tamis_atc_router *router,
                                             uint64_t priority,
                                             const char *key,
                                             size_t key_len);
tamis_status tamis_atc_router_fields(const tamis_atc_router *router, tamis_buffer *out);
tamis_status tamis_atc_router_execute(const tamis_atc_router *router,
                                      tamis_atc_context *context,
                                      bool *matched);
tamis_status tamis_atc_context_new(const tamis_atc_schema *schema, tamis_atc_context **out);
void tamis_atc_context_free(tamis_atc_context *context);
tamis_status tamis_atc_context_reset(tamis_atc_context *context);
tamis_status tamis_atc_context_add_text(tamis_atc_context *context,
                                        const char *field,
                                        size_t field_len,
                                        const char *value,
                                        size_t value_len);
tamis_status tamis_atc_context_add_int(tamis_atc_context *context,
                                       const char *field,
                                       size_t field_len,
                                       int64_t value);
tamis_status tamis_atc_context_result(tamis_atc_context *context,
                                      const char *field,
                                      size_t field_len,
                                      tamis_text *key,
                                      tamis_text *value,
                                      uint32_t *n_captures);
tamis_status tamis_atc_context_capture(tamis_atc_context *context,
                                       uint32_t place,
                                       tamis_text *name,
                                       tamis_text *value);
void tamis_buffer_free(tamis_buffer *buffer);
tamis_status tamis_catalog_shipped(const char *name, size_t name_len, tamis_catalog **out);
tamis_status tamis_catalog_from_json(const char *json,
                                     size_t json_len,
                                     tamis_catalog **out,
                                     tamis_buffer *reason);
void tamis_catalog_free(tamis_catalog *catalog);
uint32_t tamis_catalog_len(const tamis_catalog *catalog);
tamis_status tamis_catalog_field(const tamis_catalog *catalog,
                                 const char *name,
                                 size_t name_len,
                                 tamis_field *out);
tamis_status tamis_evaluation_new(const tamis_program *program, tamis_evaluation **out);
void tamis_evaluation_free(tamis_evaluation *evaluation);
tamis_status tamis_evaluation_restart(tamis_evaluation *evaluation);
tamis_status tamis_evaluation_advance(tamis_evaluation *evaluation,
                                      uint32_t phase,
                                      tamis_request *request,
                                      tamis_verdict *out);
tamis_status tamis_evaluation_finish(tamis_evaluation *evaluation,
                                     tamis_request *request,
                                     tamis_verdict *out);
tamis_phase tamis_evaluation_next_phase(const tamis_evaluation *evaluation);
tamis_status tamis_evaluation_threshold(const tamis_evaluation *evaluation,
                                        tamis_buffer *out);
tamis_status tamis_request_new(const tamis_catalog *catalog, tamis_request **out);
void tamis_request_free(tamis_request *request);
tamis_status tamis_request_reset(tamis_request *request);
tamis_status tamis_request_add(tamis_request *request,
                               const tamis_field *field,
                               const tamis_value *value);
tamis_status tamis_request_add_text(tamis_request *request,
                                    const tamis_field *field,
                                    const char *text,
                                    size_t text_len);
tamis_status tamis_request_add_integer(tamis_request *request,
                                       const tamis_field *field,
                                       int64_t integer);
tamis_status tamis_request_add_address(tamis_request *request,
                                       const tamis_field *field,
                                       const char *text,
                                       size_t text_len);
tamis_status tamis_request_set_trace(tamis_request *request,
                                     const char *parent,
                                     size_t parent_len,
                                     const char *state,
                                     size_t state_len);
tamis_status tamis_check(const tamis_catalog *catalog,
                         uint32_t edition,
                         const char *rule,
                         size_t rule_len,
                         tamis_buffer *report);
tamis_status tamis_compile(const tamis_catalog *catalog,
                           uint32_t edition,
                           const char *rule,
                           size_t rule_len,
                           tamis_program **out,
                           tamis_buffer *report);
tamis_status tamis_program_to_bytes(const tamis_program *program,
                                    const tamis_catalog *catalog,
                                    tamis_buffer *out);
tamis_status tamis_program_from_bytes(const tamis_catalog *catalog,
                                      const char *bytes,
                                      size_t bytes_len,
                                      tamis_program **out,
                                      tamis_buffer *reason);
void tamis_program_free(tamis_program *program);
uint32_t tamis_program_len(const tamis_program *program);
tamis_status tamis_program_field(const tamis_program *program,
                                 uint32_t place,
                                 tamis_field *out,
                                 tamis_text *name);
tamis_status tamis_program_run(const tamis_program *program,
                               tamis_request *request,
                               tamis_verdict *out);
tamis_status tamis_program_run_source(const tamis_program *program,
                                      const tamis_source *source,
                                      tamis_request *memory,
                                      tamis_verdict *out);
tamis_status tamis_explain(const tamis_catalog *catalog,
                           uint32_t edition,
                           const char *rule,
                           size_t rule_len,
                           const tamis_request *request,
                           tamis_buffer *report);
tamis_status tamis_explain_code(const char *code, size_t code_len, tamis_text *out);
tamis_status tamis_set_new(tamis_set **out);
void tamis_set_free(tamis_set *set);
tamis_status tamis_set_add(tamis_set *set,
                           const tamis_program *program,
                           int32_t priority,
                           uint32_t *out);
tamis_status tamis_set_remove(tamis_set *set, uint32_t rule);
size_t tamis_set_len(const tamis_set *set);
tamis_status tamis_set_matches(const tamis_set *set,
                               tamis_request *request,
                               const uint32_t **rules,
                               size_t *len);
tamis_status tamis_set_first(const tamis_set *set,
                             tamis_request *request,
                             uint32_t *rule);
tamis_status tamis_set_progress_new(const tamis_set *set, tamis_set_progress **out);
void tamis_set_progress_free(tamis_set_progress *progress);
tamis_status tamis_set_progress_restart(tamis_set_progress *progress, const tamis_set *set);
tamis_status tamis_set_progress_advance(tamis_set_progress *progress,
                                        uint32_t phase,
                                        tamis_request *request,
                                        const uint32_t **rules,
                                        size_t *len);
tamis_status tamis_set_progress_verdict(const tamis_set_progress *progress,
                                        const tamis_set *set,
                                        uint32_t rule,
                                        tamis_verdict *out);
bool tamis_set_progress_is_open(const tamis_set_progress *progress);
]]
