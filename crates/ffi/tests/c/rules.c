/* Rules from C: catalogs, diagnostics, verdicts, phases, explanations, and what is refused. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tamis.h"

#define CHECK(condition)                                                                  \
    do {                                                                                  \
        if (!(condition)) {                                                               \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__, #condition);     \
            exit(1);                                                                      \
        }                                                                                 \
    } while (0)

/* A text of C as the two arguments that a text is. */
#define TEXT(c) (c), strlen(c)

static bool holds(tamis_buffer buffer, const char *part) {
    size_t len = strlen(part);
    for (size_t i = 0; i + len <= buffer.len; i++) {
        if (memcmp(buffer.data + i, part, len) == 0) {
            return true;
        }
    }
    return false;
}

static tamis_program *compile(const tamis_catalog *catalog, const char *rule) {
    tamis_program *program = NULL;
    CHECK(tamis_compile(catalog, TAMIS_EDITION_TAMIS, TEXT(rule), &program, NULL) == TAMIS_STATUS_OK);
    return program;
}

/* The field of a name; what is returned is overwritten by the fourth call from here. */
static const tamis_field *field(const tamis_catalog *catalog, const char *name) {
    static tamis_field fields[4];
    static unsigned next;
    tamis_field *found = &fields[next++ % 4];
    CHECK(tamis_catalog_field(catalog, TEXT(name), found) == TAMIS_STATUS_OK);
    return found;
}

static tamis_verdict run(const tamis_program *program, tamis_request *request) {
    tamis_verdict verdict = TAMIS_VERDICT_NOT_YET;
    CHECK(tamis_program_run(program, request, &verdict) == TAMIS_STATUS_OK);
    return verdict;
}

static void values_decide(const tamis_catalog *catalog) {
    tamis_program *program = compile(
        catalog,
        "http.response.status_code >= 500 && client.address in 10.0.0.0/8 && "
        "any(http.request.header.x-tenant) == \"acme\" && proxy.kong.latency.total > 250ms && !tls.resumed");
    tamis_request *request = NULL;
    CHECK(tamis_request_new(catalog, &request) == TAMIS_STATUS_OK);
    CHECK(run(program, request) == TAMIS_VERDICT_NO_MATCH);

    tamis_field tenant = *field(catalog, "http.request.header.X-Tenant");
    CHECK(tamis_request_add_integer(request, field(catalog, "http.response.status_code"), 503) == TAMIS_STATUS_OK);
    CHECK(tamis_request_add_text(request, &tenant, TEXT("initech")) == TAMIS_STATUS_OK);
    CHECK(tamis_request_add_text(request, &tenant, TEXT("acme")) == TAMIS_STATUS_OK);
    CHECK(tamis_request_add_address(request, field(catalog, "client.address"), TEXT("10.1.2.3")) == TAMIS_STATUS_OK);
    CHECK(tamis_request_add_integer(request, field(catalog, "proxy.kong.latency.total"), 251 * 1000000LL) == 0);
    tamis_value resumed = {.value_type = TAMIS_TYPE_BOOL, .integer = 0};
    CHECK(tamis_request_add(request, field(catalog, "tls.resumed"), &resumed) == TAMIS_STATUS_OK);
    CHECK(run(program, request) == TAMIS_VERDICT_MATCH);

    CHECK(tamis_request_reset(request) == TAMIS_STATUS_OK);
    CHECK(run(program, request) == TAMIS_VERDICT_NO_MATCH);
    tamis_request_free(request);

    CHECK(tamis_program_len(program) == 5);
    tamis_field used;
    tamis_text name;
    CHECK(tamis_program_field(program, 2, &used, &name) == TAMIS_STATUS_OK);
    CHECK(name.len > 0 && used.value_type <= TAMIS_TYPE_SIZE);
    CHECK(tamis_program_field(program, 5, &used, &name) == TAMIS_STATUS_OUT_OF_RANGE);
    tamis_program_free(program);
}

static void mistakes_have_a_report(const tamis_catalog *catalog) {
    tamis_program *program = NULL;
    tamis_buffer report = {NULL, 0};
    CHECK(tamis_compile(catalog, TAMIS_EDITION_TAMIS, TEXT("http.respose.status_code = 503"), &program, &report) ==
          TAMIS_STATUS_REFUSED);
    CHECK(program == NULL);
    CHECK(holds(report, "\"code\": \"T108\"") && holds(report, "\"code\": \"T301\""));
    tamis_buffer_free(&report);
    CHECK(report.data == NULL && report.len == 0);
    tamis_buffer_free(&report);

    CHECK(tamis_check(catalog, TAMIS_EDITION_ATC, TEXT("http.path ^= 1"), &report) == TAMIS_STATUS_REFUSED);
    tamis_buffer_free(&report);
    CHECK(tamis_check(catalog, 3, TEXT("true"), NULL) == TAMIS_STATUS_OUT_OF_RANGE);
    CHECK(tamis_check(catalog, TAMIS_EDITION_TAMIS, "\xff", 1, NULL) ==
          TAMIS_STATUS_NOT_UTF8);
    CHECK(tamis_check(NULL, TAMIS_EDITION_TAMIS, TEXT("true"), NULL) == TAMIS_STATUS_NULL_POINTER);
    CHECK(tamis_check(catalog, TAMIS_EDITION_TAMIS, NULL, 4, NULL) == TAMIS_STATUS_NULL_POINTER);

    tamis_catalog *none = NULL;
    CHECK(tamis_catalog_shipped(TEXT("bong"), &none) == TAMIS_STATUS_UNKNOWN && none == NULL);
    CHECK(tamis_catalog_from_json(TEXT("{"), &none, &report) == TAMIS_STATUS_REFUSED && none == NULL);
    CHECK(holds(report, "\"code\":"));
    tamis_buffer_free(&report);

    tamis_text page;
    CHECK(tamis_explain_code(TEXT("T301"), &page) == TAMIS_STATUS_OK && page.len > 100);
    CHECK(tamis_explain_code(TEXT("T999"), &page) == TAMIS_STATUS_UNKNOWN);
}

static void programs_travel_as_bytes(const tamis_catalog *catalog) {
    tamis_program *program = compile(catalog, "http.response.status_code in [500, 502..504]");
    tamis_program *loaded = NULL;
    tamis_buffer bytes = {NULL, 0}, reason = {NULL, 0};
    CHECK(tamis_program_to_bytes(program, catalog, &bytes) == TAMIS_STATUS_OK && bytes.len > 16);
    CHECK(tamis_program_from_bytes(catalog, bytes.data, bytes.len, &loaded, &reason) == TAMIS_STATUS_OK);
    tamis_request *request = NULL;
    CHECK(tamis_request_new(catalog, &request) == TAMIS_STATUS_OK);
    tamis_request_add_integer(request, field(catalog, "http.response.status_code"), 503);
    CHECK(run(loaded, request) == TAMIS_VERDICT_MATCH);
    tamis_request_free(request);
    tamis_program_free(loaded);
    loaded = NULL;
    for (size_t len = 0; len < bytes.len; len++) {
        CHECK(tamis_program_from_bytes(catalog, bytes.data, len, &loaded, &reason) == TAMIS_STATUS_REFUSED);
        CHECK(loaded == NULL && reason.len > 0);
        tamis_buffer_free(&reason);
    }
    tamis_catalog *other = NULL;
    CHECK(tamis_catalog_shipped(TEXT("kong-router"), &other) == TAMIS_STATUS_OK);
    CHECK(tamis_program_from_bytes(other, bytes.data, bytes.len, &loaded, &reason) == TAMIS_STATUS_REFUSED);
    CHECK(holds(reason, "http.response.status_code"));
    tamis_buffer_free(&reason);
    tamis_catalog_free(other);
    tamis_buffer_free(&bytes);
    tamis_program_free(program);
}

static void wrong_values_are_refused(const tamis_catalog *catalog) {
    tamis_request *request = NULL;
    CHECK(tamis_request_new(catalog, &request) == TAMIS_STATUS_OK);
    tamis_field status = *field(catalog, "http.response.status_code");
    tamis_field client = *field(catalog, "client.address");
    CHECK(tamis_request_add_text(request, &status, TEXT("503")) == TAMIS_STATUS_WRONG_TYPE);
    CHECK(tamis_request_add_address(request, &status, TEXT("10.0.0.1")) == TAMIS_STATUS_WRONG_TYPE);
    CHECK(tamis_request_add_address(request, &client, TEXT("10.0.0.256")) == TAMIS_STATUS_OUT_OF_RANGE);
    tamis_value odd = {.value_type = 77};
    CHECK(tamis_request_add(request, &status, &odd) == TAMIS_STATUS_OUT_OF_RANGE);
    tamis_value short_address = {.value_type = TAMIS_TYPE_IP, .address_len = 5};
    CHECK(tamis_request_add(request, &client, &short_address) == TAMIS_STATUS_OUT_OF_RANGE);
    tamis_field nowhere = {.id = 65535};
    CHECK(tamis_request_add_integer(request, &nowhere, 1) == TAMIS_STATUS_UNKNOWN);
    nowhere.id = UINT32_MAX;
    CHECK(tamis_request_add_integer(request, &nowhere, 1) == TAMIS_STATUS_UNKNOWN);
    CHECK(tamis_request_set_trace(request, TEXT("00-zz"), TEXT("")) == TAMIS_STATUS_OUT_OF_RANGE);
    tamis_field none;
    CHECK(tamis_catalog_field(catalog, TEXT("no.such.field"), &none) == TAMIS_STATUS_UNKNOWN);
    tamis_request_free(request);
}

static void phases_decide_early(const tamis_catalog *catalog) {
    tamis_program *program = compile(catalog, "http.request.method == \"GET\" && http.response.status_code >= 500");
    tamis_evaluation *evaluation = NULL;
    tamis_request *request = NULL;
    CHECK(tamis_evaluation_new(program, &evaluation) == TAMIS_STATUS_OK);
    CHECK(tamis_request_new(catalog, &request) == TAMIS_STATUS_OK);
    tamis_program_free(program);

    tamis_verdict verdict;
    CHECK(tamis_evaluation_advance(evaluation, TAMIS_PHASE_CONNECT, request, &verdict) == TAMIS_STATUS_OK);
    CHECK(verdict == TAMIS_VERDICT_NOT_YET);
    CHECK(tamis_evaluation_next_phase(evaluation) == TAMIS_PHASE_REQUEST_HEADERS);
    tamis_request_add_text(request, field(catalog, "http.request.method"), TEXT("GET"));
    CHECK(tamis_evaluation_advance(evaluation, TAMIS_PHASE_REQUEST_HEADERS, request, &verdict) == TAMIS_STATUS_OK);
    CHECK(verdict == TAMIS_VERDICT_NOT_YET);
    tamis_request_add_integer(request, field(catalog, "http.response.status_code"), 500);
    CHECK(tamis_evaluation_advance(evaluation, TAMIS_PHASE_RESPONSE_HEADERS, request, &verdict) == TAMIS_STATUS_OK);
    CHECK(verdict == TAMIS_VERDICT_MATCH);
    CHECK(tamis_evaluation_next_phase(evaluation) == TAMIS_PHASE_NONE);

    CHECK(tamis_evaluation_restart(evaluation) == TAMIS_STATUS_OK);
    CHECK(tamis_request_reset(request) == TAMIS_STATUS_OK);
    tamis_request_add_text(request, field(catalog, "http.request.method"), TEXT("POST"));
    CHECK(tamis_evaluation_advance(evaluation, TAMIS_PHASE_REQUEST_HEADERS, request, &verdict) == TAMIS_STATUS_OK);
    CHECK(verdict == TAMIS_VERDICT_NO_MATCH);
    CHECK(tamis_evaluation_advance(evaluation, 10, request, &verdict) == TAMIS_STATUS_OUT_OF_RANGE);
    CHECK(tamis_evaluation_finish(evaluation, request, &verdict) == TAMIS_STATUS_OK);
    CHECK(verdict == TAMIS_VERDICT_NO_MATCH);
    tamis_evaluation_free(evaluation);
    tamis_request_free(request);
}

static void shares_go_by_the_trace(const tamis_catalog *catalog) {
    tamis_program *program = compile(catalog, "sample(25%)");
    tamis_request *request = NULL;
    CHECK(tamis_request_new(catalog, &request) == TAMIS_STATUS_OK);
    CHECK(run(program, request) == TAMIS_VERDICT_NO_MATCH);
    CHECK(tamis_request_set_trace(request, TEXT("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), NULL, 0) == 0);
    CHECK(run(program, request) == TAMIS_VERDICT_MATCH);
    CHECK(tamis_request_set_trace(request, TEXT("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
                                  TEXT("ot=rv:00000000000001")) == TAMIS_STATUS_OK);
    CHECK(run(program, request) == TAMIS_VERDICT_NO_MATCH);

    tamis_evaluation *evaluation = NULL;
    tamis_verdict verdict;
    CHECK(tamis_evaluation_new(program, &evaluation) == TAMIS_STATUS_OK);
    tamis_request_set_trace(request, TEXT("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"), NULL, 0);
    CHECK(tamis_evaluation_advance(evaluation, TAMIS_PHASE_REQUEST_HEADERS, request, &verdict) == TAMIS_STATUS_OK);
    CHECK(verdict == TAMIS_VERDICT_MATCH);
    tamis_buffer threshold = {NULL, 0};
    CHECK(tamis_evaluation_threshold(evaluation, &threshold) == TAMIS_STATUS_OK);
    CHECK(threshold.len == 1 && threshold.data[0] == 'c');
    tamis_buffer_free(&threshold);
    tamis_evaluation_free(evaluation);
    tamis_request_free(request);
    tamis_program_free(program);
}

static void sets_say_what_their_rules_say(const tamis_catalog *catalog) {
    tamis_set *set = NULL;
    tamis_request *request = NULL;
    CHECK(tamis_set_new(&set) == TAMIS_STATUS_OK && tamis_set_len(set) == 0);
    CHECK(tamis_request_new(catalog, &request) == TAMIS_STATUS_OK);
    uint32_t numbers[100];
    for (int i = 0; i < 100; i++) {
        char rule[128];
        snprintf(rule, sizeof rule, "http.response.status_code == %d && http.request.method == \"GET\"", 500 + i / 2);
        tamis_program *program = compile(catalog, rule);
        CHECK(tamis_set_add(set, program, i % 2, &numbers[i]) == TAMIS_STATUS_OK);
        tamis_program_free(program);
    }
    CHECK(tamis_set_len(set) == 100);
    const uint32_t *found = NULL;
    size_t len = 7;
    CHECK(tamis_set_matches(set, request, &found, &len) == TAMIS_STATUS_OK && len == 0);
    uint32_t first = 0;
    CHECK(tamis_set_first(set, request, &first) == TAMIS_STATUS_UNKNOWN);
    tamis_request_add_text(request, field(catalog, "http.request.method"), TEXT("GET"));

    tamis_set_progress *progress = NULL;
    tamis_verdict verdict;
    CHECK(tamis_set_progress_new(set, &progress) == TAMIS_STATUS_OK && tamis_set_progress_is_open(progress));
    CHECK(tamis_set_progress_advance(progress, TAMIS_PHASE_REQUEST_HEADERS, request, &found, &len) == TAMIS_STATUS_OK);
    CHECK(len == 0 && tamis_set_progress_is_open(progress));
    tamis_request_add_integer(request, field(catalog, "http.response.status_code"), 503);
    CHECK(tamis_set_progress_advance(progress, TAMIS_PHASE_RESPONSE_HEADERS, request, &found, &len) == 0);
    CHECK(len == 2 && found[0] == numbers[6] && found[1] == numbers[7] && !tamis_set_progress_is_open(progress));
    CHECK(tamis_set_progress_verdict(progress, set, numbers[6], &verdict) == 0 && verdict == TAMIS_VERDICT_MATCH);
    CHECK(tamis_set_progress_verdict(progress, set, numbers[8], &verdict) == 0 && verdict == TAMIS_VERDICT_NO_MATCH);
    CHECK(tamis_set_progress_advance(progress, 77, request, &found, &len) == TAMIS_STATUS_OUT_OF_RANGE);
    CHECK(tamis_set_progress_advance(progress, TAMIS_PHASE_NONE, request, &found, &len) == 0 && len == 0);

    CHECK(tamis_set_matches(set, request, &found, &len) == TAMIS_STATUS_OK);
    CHECK(len == 2 && found[0] == numbers[6] && found[1] == numbers[7]);
    CHECK(tamis_set_first(set, request, &first) == TAMIS_STATUS_OK && first == numbers[7]);
    CHECK(tamis_set_remove(set, numbers[7]) == TAMIS_STATUS_OK);
    CHECK(tamis_set_remove(set, numbers[7]) == TAMIS_STATUS_UNKNOWN);
    CHECK(tamis_set_remove(set, 4000000000u) == TAMIS_STATUS_UNKNOWN);
    CHECK(tamis_set_first(set, request, &first) == TAMIS_STATUS_OK && first == numbers[6]);
    CHECK(tamis_set_len(set) == 99);
    /* What began before keeps its rules; what begins again has those of now. */
    CHECK(tamis_set_progress_restart(progress, set) == TAMIS_STATUS_OK);
    CHECK(tamis_set_progress_advance(progress, TAMIS_PHASE_LOG, request, &found, &len) == TAMIS_STATUS_OK && len == 1);
    tamis_set_free(set);
    tamis_set_progress_free(progress);
    tamis_request_free(request);
}

/* A request that is asked. */
struct own_request {
    tamis_field tenant;
    unsigned asked;
};

static bool get(void *context, const tamis_field *asked, uint32_t place, tamis_value *out) {
    static const char *const TENANTS[] = {"initech", "acme"};
    struct own_request *own = context;
    own->asked++;
    if (asked->id != own->tenant.id || place >= 2 || asked->key.len != 8 || memcmp(asked->key.data, "x-tenant", 8) != 0) {
        return false;
    }
    CHECK(out->value_type == TAMIS_TYPE_STRING);
    out->text = (tamis_text){TENANTS[place], strlen(TENANTS[place])};
    return true;
}

static void a_source_is_asked_only_for_what_counts(const tamis_catalog *catalog) {
    tamis_program *program = compile(catalog, "any(http.request.header.x-tenant) == \"acme\" || tls.resumed");
    tamis_request *memory = NULL;
    CHECK(tamis_request_new(catalog, &memory) == TAMIS_STATUS_OK);
    struct own_request own = {*field(catalog, "http.request.header.x-tenant"), 0};
    tamis_source source = {&own, get, 0};
    tamis_verdict verdict;
    CHECK(tamis_program_run_source(program, &source, memory, &verdict) == TAMIS_STATUS_OK);
    CHECK(verdict == TAMIS_VERDICT_MATCH && own.asked > 0);
    source.get = NULL;
    CHECK(tamis_program_run_source(program, &source, memory, &verdict) == TAMIS_STATUS_OK);
    CHECK(verdict == TAMIS_VERDICT_NO_MATCH);
    tamis_request_free(memory);
    tamis_program_free(program);
}

static void reasons_are_told(const tamis_catalog *catalog) {
    tamis_request *request = NULL;
    CHECK(tamis_request_new(catalog, &request) == TAMIS_STATUS_OK);
    tamis_request_add_integer(request, field(catalog, "http.response.status_code"), 502);
    tamis_buffer report = {NULL, 0};
    CHECK(tamis_explain(catalog, TAMIS_EDITION_TAMIS, TEXT("http.response.status_code == 503"), request, &report) ==
          TAMIS_STATUS_OK);
    CHECK(holds(report, "\"verdict\":\"no match\"") && holds(report, "\"to\":[503]"));
    tamis_buffer_free(&report);
    CHECK(tamis_explain(catalog, TAMIS_EDITION_TAMIS, TEXT("no.such.field"), request, &report) == TAMIS_STATUS_REFUSED);
    CHECK(holds(report, "\"code\": \"T301\""));
    tamis_buffer_free(&report);
    tamis_request_free(request);
}

static void routers_work_as_those_of_atc(void) {
    tamis_atc_schema *schema = NULL;
    tamis_atc_router *router = NULL;
    tamis_atc_context *context = NULL;
    CHECK(tamis_atc_schema_new(&schema) == TAMIS_STATUS_OK);
    CHECK(tamis_atc_schema_add_field(schema, TEXT("http.path"), TAMIS_ATC_TYPE_STRING) == TAMIS_STATUS_OK);
    CHECK(tamis_atc_schema_add_field(schema, TEXT("tcp.port"), TAMIS_ATC_TYPE_INT) == TAMIS_STATUS_OK);
    CHECK(tamis_atc_schema_add_field(schema, TEXT("x"), 4) == TAMIS_STATUS_OUT_OF_RANGE);
    CHECK(tamis_atc_router_new(schema, &router) == TAMIS_STATUS_OK);
    CHECK(tamis_atc_context_new(schema, &context) == TAMIS_STATUS_OK);
    tamis_atc_schema_free(schema);

    tamis_buffer reason = {NULL, 0};
    CHECK(tamis_atc_router_add_matcher(router, 0, TEXT("low"), TEXT("http.path ^= \"/foo\" && tcp.port == 80"), &reason) == 0);
    CHECK(tamis_atc_router_add_matcher(router, 9, TEXT("high"), TEXT("http.path ~ r#\"^/foo/(?<id>\\d+)$\"#"), &reason) == 0);
    CHECK(tamis_atc_router_add_matcher(router, 1, TEXT("low"), TEXT("http.path == 1"), &reason) == TAMIS_STATUS_REFUSED);
    CHECK(reason.len > 0);
    tamis_buffer_free(&reason);
    CHECK(tamis_atc_router_fields(router, &reason) == TAMIS_STATUS_OK && holds(reason, "http.path\ntcp.port\n"));
    tamis_buffer_free(&reason);

    bool matched = true;
    CHECK(tamis_atc_router_execute(router, context, &matched) == TAMIS_STATUS_OK && !matched);
    CHECK(tamis_atc_context_result(context, TEXT("http.path"), NULL, NULL, NULL) == TAMIS_STATUS_UNKNOWN);
    CHECK(tamis_atc_context_add_text(context, TEXT("http.path"), TEXT("/foo/42")) == TAMIS_STATUS_OK);
    CHECK(tamis_atc_context_add_int(context, TEXT("tcp.port"), 80) == TAMIS_STATUS_OK);
    CHECK(tamis_atc_context_add_int(context, TEXT("nope"), 80) == TAMIS_STATUS_UNKNOWN);
    CHECK(tamis_atc_context_add_text(context, TEXT("tcp.port"), TEXT("80")) == TAMIS_STATUS_WRONG_TYPE);
    CHECK(tamis_atc_router_execute(router, context, &matched) == TAMIS_STATUS_OK && matched);
    tamis_text key, value, name;
    uint32_t captures;
    CHECK(tamis_atc_context_result(context, TEXT("http.path"), &key, &value, &captures) == TAMIS_STATUS_OK);
    CHECK(key.len == 4 && memcmp(key.data, "high", 4) == 0 && captures == 3);
    CHECK(tamis_atc_context_capture(context, 2, &name, &value) == TAMIS_STATUS_OK);
    CHECK(name.len == 2 && memcmp(name.data, "id", 2) == 0 && value.len == 2 && memcmp(value.data, "42", 2) == 0);
    CHECK(tamis_atc_context_capture(context, 3, &name, &value) == TAMIS_STATUS_OUT_OF_RANGE);

    CHECK(tamis_atc_router_remove_matcher(router, 9, TEXT("high")) == TAMIS_STATUS_OK);
    CHECK(tamis_atc_router_remove_matcher(router, 9, TEXT("high")) == TAMIS_STATUS_UNKNOWN);
    CHECK(tamis_atc_router_execute(router, context, &matched) == TAMIS_STATUS_OK && matched);
    CHECK(tamis_atc_context_result(context, TEXT("http.path"), &key, &value, &captures) == TAMIS_STATUS_OK);
    CHECK(key.len == 3 && value.len == 4 && memcmp(value.data, "/foo", 4) == 0);
    CHECK(tamis_atc_context_reset(context) == TAMIS_STATUS_OK);
    CHECK(tamis_atc_router_execute(router, context, &matched) == TAMIS_STATUS_OK && !matched);
    tamis_atc_router_free(router);
    tamis_atc_context_free(context);
}

int main(void) {
    CHECK(tamis_abi_version() == TAMIS_ABI_VERSION);
    CHECK(strlen(tamis_version()) >= 5);
    tamis_catalog *catalog = NULL;
    CHECK(tamis_catalog_shipped(TEXT("kong"), &catalog) == TAMIS_STATUS_OK);
    CHECK(tamis_catalog_len(catalog) > 100 && tamis_catalog_len(NULL) == 0);
    values_decide(catalog);
    mistakes_have_a_report(catalog);
    programs_travel_as_bytes(catalog);
    wrong_values_are_refused(catalog);
    phases_decide_early(catalog);
    shares_go_by_the_trace(catalog);
    sets_say_what_their_rules_say(catalog);
    a_source_is_asked_only_for_what_counts(catalog);
    reasons_are_told(catalog);
    routers_work_as_those_of_atc();
    tamis_catalog_free(catalog);
    tamis_catalog_free(NULL);
    puts("ok");
    return 0;
}
