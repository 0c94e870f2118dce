/* Conditions: a lexer and a parser by recursive descent, one function a line of the grammar:
 *
 *   either    =  both { "or" both }
 *   both      =  negation { "and" negation }
 *   negation  =  "not" negation  |  test
 *   test      =  "(" either ")"  |  "has" "(" NAME ")"  |  value [ RELATION value ]
 *   value     =  NAME  |  LITERAL
 *
 * Parsed once and asked for many customers, from any thread. What some other program wrote into a request header ends
 * up here, so length and nesting are bounded, and with them every recursion. */
#include "policy/condition.h"

#include "base/error.h"
#include "base/text.h"

#include <string.h>

#define LONGEST_CONDITION 1000
#define DEEPEST_NESTING 32
#define EXPECTED_VALUE "customer.NAME, message.NAME, a text in quotes, a number, true or false"
#define EXPECTED_TEST "not, has(...), \"(\", " EXPECTED_VALUE

typedef enum { TOKEN_END, TOKEN_NAME, TOKEN_LITERAL, TOKEN_RELATION, TOKEN_WORD, TOKEN_BRACKET } Token;

/* In the order in which they are looked for: "<=" before "<". */
typedef enum { AT_MOST, AT_LEAST, UNEQUAL, EQUAL, LESS, MORE } Relation;
static const char *const relations[] = {"<=", ">=", "!=", "=", "<", ">"};

typedef enum { NODE_OR, NODE_AND, NODE_NOT, NODE_COMPARISON, NODE_HAS, NODE_NAME, NODE_LITERAL } NodeKind;

struct Condition {
    NodeKind kind;
    Relation relation;       /* of a comparison */
    Condition *left, *right; /* or, and, comparison: both; not: left */
    char *text;              /* name, literal, has */
};

typedef struct {
    const char *text;         /* the whole condition */
    const char *start, *next; /* the token at hand, and what follows it */
    Token token;
    Relation relation;
    const char *value; /* the token without its quotes */
    gsize length;
    int depth;
    GError **error;
} Parser;

void condition_free(Condition *condition) {
    if (condition == NULL)
        return;
    condition_free(condition->left);
    condition_free(condition->right);
    g_free(condition->text);
    g_free(condition);
}

static Condition *node(NodeKind kind, Condition *left, Condition *right) {
    Condition *made = g_new0(Condition, 1);
    made->kind = kind;
    made->left = left;
    made->right = right;
    return made;
}

static Condition *leaf(NodeKind kind, const Parser *parser) {
    Condition *made = node(kind, NULL, NULL);
    made->text = g_strndup(parser->value, parser->length);
    return made;
}

static bool fail(const Parser *parser, const char *found, const char *expected) {
    g_set_error(parser->error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT, "column %ld: found %s, expected %s",
                g_utf8_pointer_to_offset(parser->text, parser->start) + 1, found, expected);
    return false;
}

static bool unexpected(const Parser *parser, const char *expected) {
    if (parser->token == TOKEN_END)
        return fail(parser, "the end", expected);
    g_autofree char *found = g_strdup_printf("\"%.*s\"", (int)(parser->next - parser->start), parser->start);
    return fail(parser, found, expected);
}

/* ---- tokens ---- */

static gsize span_digits(const char *text) {
    return strspn(text, "0123456789");
}

/* The length of the number (as JSON writes numbers, leading zeros allowed) at the beginning of the text; 0: there is
 * none. */
static gsize span_number(const char *text) {
    const char *end = text + (*text == '-');
    if (span_digits(end) == 0)
        return 0;
    end += span_digits(end);
    if (*end == '.' && span_digits(end + 1) > 0)
        end += 1 + span_digits(end + 1);
    gsize sign = end[0] != '\0' && (end[1] == '-' || end[1] == '+');
    if ((*end == 'e' || *end == 'E') && span_digits(end + 1 + sign) > 0)
        end += 1 + sign + span_digits(end + 1 + sign);
    return (gsize)(end - text);
}

static gsize span_word(const char *text) {
    gsize length = 0;
    while (g_ascii_isalnum(text[length]) || (text[length] != '\0' && strchr("._-", text[length]) != NULL))
        length++;
    return length;
}

static bool take(Parser *parser, Token token, gsize length) {
    parser->token = token;
    parser->value = parser->start;
    parser->length = length;
    parser->next = parser->start + length;
    return true;
}

static bool token_is(const Parser *parser, Token token, const char *text) {
    return parser->token == token && parser->length == strlen(text) &&
           strncmp(parser->value, text, parser->length) == 0;
}

static bool take_quoted(Parser *parser) {
    const char *closing = strchr(parser->start + 1, *parser->start);
    if (closing == NULL)
        return fail(parser, "a quote that is never closed", "a text in quotes");
    take(parser, TOKEN_LITERAL, (gsize)(closing + 1 - parser->start));
    parser->value += 1;
    parser->length -= 2;
    return true;
}

static bool take_number(Parser *parser) {
    gsize length = span_number(parser->start);
    take(parser, TOKEN_LITERAL, length);
    if (span_word(parser->next) == 0)
        return true;
    parser->next += span_word(parser->next);
    return unexpected(parser, "a number such as 12 or -3.5");
}

static bool is_name(const char *word) {
    return (g_str_has_prefix(word, "customer.") || g_str_has_prefix(word, "message.")) &&
           text_is_word(strchr(word, '.') + 1);
}

static bool take_word(Parser *parser) {
    static const char *const words[] = {"and", "or", "not", "has", NULL};
    take(parser, TOKEN_WORD, span_word(parser->start));
    g_autofree char *word = g_strndup(parser->value, parser->length);
    if (g_strv_contains(words, word))
        return true;
    if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
        parser->token = TOKEN_LITERAL;
    else if (is_name(word))
        parser->token = TOKEN_NAME;
    else
        return unexpected(parser, EXPECTED_VALUE);
    return true;
}

static bool take_relation(Parser *parser) {
    for (gsize i = 0; i < G_N_ELEMENTS(relations); i++)
        if (g_str_has_prefix(parser->start, relations[i])) {
            parser->relation = (Relation)i;
            return take(parser, TOKEN_RELATION, strlen(relations[i]));
        }
    take(parser, TOKEN_RELATION, (gsize)(g_utf8_next_char(parser->start) - parser->start));
    return unexpected(parser, "one of = != < <= > >= and or ( ) or a value");
}

/* Moves on to the next token. */
static bool advance(Parser *parser) {
    parser->start = parser->next;
    while (g_ascii_isspace(*parser->start))
        parser->start++;
    char first = *parser->start;
    if (first == '\0')
        return take(parser, TOKEN_END, 0);
    if (first == '(' || first == ')')
        return take(parser, TOKEN_BRACKET, 1);
    if (first == '\'' || first == '"')
        return take_quoted(parser);
    if (span_number(parser->start) > 0)
        return take_number(parser);
    if (g_ascii_isalpha(first))
        return take_word(parser);
    return take_relation(parser);
}

static bool expect(Parser *parser, Token token, const char *text, const char *expected) {
    return token_is(parser, token, text) ? advance(parser) : unexpected(parser, expected);
}

/* ---- grammar: each function begins at the first token of its own and ends at the first that is not ---- */

static Condition *either(Parser *parser);

static Condition *value(Parser *parser) {
    if (parser->token != TOKEN_NAME && parser->token != TOKEN_LITERAL) {
        unexpected(parser, EXPECTED_VALUE);
        return NULL;
    }
    g_autoptr(Condition) made = leaf(parser->token == TOKEN_NAME ? NODE_NAME : NODE_LITERAL, parser);
    return advance(parser) ? g_steal_pointer(&made) : NULL;
}

static Condition *comparison(Parser *parser) {
    g_autoptr(Condition) left = value(parser);
    if (left == NULL || parser->token != TOKEN_RELATION)
        return g_steal_pointer(&left);
    Relation relation = parser->relation;
    Condition *right = advance(parser) ? value(parser) : NULL;
    if (right == NULL)
        return NULL;
    Condition *made = node(NODE_COMPARISON, g_steal_pointer(&left), right);
    made->relation = relation;
    return made;
}

static Condition *has(Parser *parser) {
    if (!advance(parser) || !expect(parser, TOKEN_BRACKET, "(", "\"(\" after has"))
        return NULL;
    if (parser->token != TOKEN_NAME) {
        unexpected(parser, "customer.NAME or message.NAME");
        return NULL;
    }
    g_autoptr(Condition) made = leaf(NODE_HAS, parser);
    bool closed = advance(parser) && expect(parser, TOKEN_BRACKET, ")", "\")\"");
    return closed ? g_steal_pointer(&made) : NULL;
}

static Condition *in_brackets(Parser *parser) {
    if (!advance(parser))
        return NULL;
    g_autoptr(Condition) inner = either(parser);
    bool closed = inner != NULL && expect(parser, TOKEN_BRACKET, ")", "and, or or \")\"");
    return closed ? g_steal_pointer(&inner) : NULL;
}

static Condition *negation(Parser *parser);

static Condition *negated(Parser *parser) {
    Condition *inner = advance(parser) ? negation(parser) : NULL;
    return inner != NULL ? node(NODE_NOT, inner, NULL) : NULL;
}

static Condition *nested(Parser *parser, Condition *(*rest)(Parser *)) {
    if (parser->depth == DEEPEST_NESTING) {
        fail(parser, "one level of nesting more", "at most " G_STRINGIFY(DEEPEST_NESTING) " levels");
        return NULL;
    }
    parser->depth++;
    Condition *made = rest(parser);
    parser->depth--;
    return made;
}

static Condition *negation(Parser *parser) {
    if (token_is(parser, TOKEN_WORD, "not"))
        return nested(parser, negated);
    if (token_is(parser, TOKEN_BRACKET, "("))
        return nested(parser, in_brackets);
    if (token_is(parser, TOKEN_WORD, "has"))
        return has(parser);
    if (parser->token == TOKEN_NAME || parser->token == TOKEN_LITERAL)
        return comparison(parser);
    unexpected(parser, EXPECTED_TEST);
    return NULL;
}

static Condition *joined(Parser *parser, const char *word, NodeKind kind, Condition *(*part)(Parser *)) {
    g_autoptr(Condition) left = part(parser);
    while (left != NULL && token_is(parser, TOKEN_WORD, word)) {
        Condition *right = advance(parser) ? part(parser) : NULL;
        if (right == NULL)
            return NULL;
        left = node(kind, g_steal_pointer(&left), right);
    }
    return g_steal_pointer(&left);
}

static Condition *both(Parser *parser) {
    return joined(parser, "and", NODE_AND, negation);
}

static Condition *either(Parser *parser) {
    return joined(parser, "or", NODE_OR, both);
}

Condition *condition_parse(const char *text, GError **error) {
    if (strlen(text) > LONGEST_CONDITION || !g_utf8_validate(text, -1, NULL)) {
        g_set_error(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT,
                    "column 1: found %s, expected at most %d bytes of UTF-8",
                    strlen(text) > LONGEST_CONDITION ? "a longer condition" : "other bytes", LONGEST_CONDITION);
        return NULL;
    }
    Parser parser = {.text = text, .next = text, .error = error};
    g_autoptr(Condition) condition = advance(&parser) ? either(&parser) : NULL;
    if (condition == NULL || parser.token == TOKEN_END)
        return g_steal_pointer(&condition);
    unexpected(&parser, "and, or or the end");
    return NULL;
}

/* ---- evaluation ---- */

static bool is_number(const char *text) {
    gsize length = span_number(text);
    return length > 0 && text[length] == '\0';
}

/* Whole numbers are compared as such where they fit: a double would take two long account numbers for the same. */
static int order_of_numbers(const char *left, const char *right) {
    gint64 whole_left, whole_right;
    if (g_ascii_string_to_signed(left, 10, G_MININT64, G_MAXINT64, &whole_left, NULL) &&
        g_ascii_string_to_signed(right, 10, G_MININT64, G_MAXINT64, &whole_right, NULL))
        return (whole_left > whole_right) - (whole_left < whole_right);
    double real_left = g_ascii_strtod(left, NULL), real_right = g_ascii_strtod(right, NULL);
    return (real_left > real_right) - (real_left < real_right);
}

static bool relation_holds(Relation relation, int order) {
    switch (relation) {
    case EQUAL:
        return order == 0;
    case UNEQUAL:
        return order != 0;
    case LESS:
        return order < 0;
    case AT_MOST:
        return order <= 0;
    case MORE:
        return order > 0;
    case AT_LEAST:
        return order >= 0;
    }
    g_assert_not_reached();
}

static const char *value_of(const Condition *condition, ConditionLookup lookup, gpointer user) {
    return condition->kind == NODE_LITERAL ? condition->text : lookup(condition->text, user);
}

static bool comparison_holds(const Condition *condition, ConditionLookup lookup, gpointer user) {
    const char *left = value_of(condition->left, lookup, user);
    const char *right = value_of(condition->right, lookup, user);
    if (left == NULL || right == NULL)
        return false;
    bool numbers = is_number(left) && is_number(right);
    return relation_holds(condition->relation, numbers ? order_of_numbers(left, right) : strcmp(left, right));
}

static bool is_true(const char *text) {
    return text != NULL && (strcmp(text, "true") == 0 || (is_number(text) && order_of_numbers(text, "0") != 0));
}

bool condition_holds(const Condition *condition, ConditionLookup lookup, gpointer user) {
    switch (condition->kind) {
    case NODE_OR:
        return condition_holds(condition->left, lookup, user) || condition_holds(condition->right, lookup, user);
    case NODE_AND:
        return condition_holds(condition->left, lookup, user) && condition_holds(condition->right, lookup, user);
    case NODE_NOT:
        return !condition_holds(condition->left, lookup, user);
    case NODE_COMPARISON:
        return comparison_holds(condition, lookup, user);
    case NODE_HAS:
        return lookup(condition->text, user) != NULL;
    case NODE_NAME:
    case NODE_LITERAL:
        return is_true(value_of(condition, lookup, user));
    }
    g_assert_not_reached();
}

void condition_collect_names(const Condition *condition, GHashTable *names) {
    if (condition == NULL)
        return;
    if (condition->kind == NODE_NAME || condition->kind == NODE_HAS)
        g_hash_table_add(names, g_strdup(condition->text));
    condition_collect_names(condition->left, names);
    condition_collect_names(condition->right, names);
}
