/* The key: how its file is made and guarded, and what is signed with it. */
#include "base/secret.h"

#include "base/error.h"

#include <glib/gstdio.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#define DIGITS_63 "00112233445566778899aabbccddeeff00112233445566778899aabbccddeef"

typedef struct {
    char *folder, *path;
} Place;

static int set_up(void **state) {
    Place *place = g_new0(Place, 1);
    place->folder = g_dir_make_tmp("cadence-secret-XXXXXX", NULL);
    place->path = g_build_filename(place->folder, "secret", NULL);
    *state = place;
    return 0;
}

static int tear_down(void **state) {
    Place *place = *state;
    g_remove(place->path);
    int left = g_rmdir(place->folder); /* fails where a draft was left behind */
    g_free(place->folder);
    g_free(place->path);
    g_free(place);
    return left;
}

static void a_new_secret_is_private_and_loads(void **state) {
    const Place *place = *state;
    struct stat status;
    assert_true(secret_create(place->path, NULL));
    assert_int_equal(stat(place->path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(status.st_size, 65);
    Secret secret;
    assert_true(secret_load(place->path, &secret, NULL));
    static const guint8 zeros[SECRET_BYTES];
    assert_memory_not_equal(secret.key, zeros, SECRET_BYTES);
}

static void a_secret_that_exists_is_kept(void **state) {
    const Place *place = *state;
    Secret first, second;
    assert_true(secret_create(place->path, NULL) && secret_load(place->path, &first, NULL));
    assert_true(secret_create(place->path, NULL) && secret_load(place->path, &second, NULL));
    assert_memory_equal(first.key, second.key, SECRET_BYTES);
}

static void a_folder_that_is_not_there_is_an_error(void **state) {
    (void)state;
    g_autoptr(GError) error = NULL;
    assert_false(secret_create("/nonexistent/folder/secret", &error));
    assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_PERMANENT));
    assert_non_null(strstr(error->message, "/nonexistent/folder/secret"));
}

static void assert_refused(const char *path) {
    g_autoptr(GError) error = NULL;
    Secret secret = {{7}};
    assert_false(secret_load(path, &secret, &error));
    assert_true(g_error_matches(error, CADENCE_ERROR, CADENCE_ERROR_CONFIG));
    assert_non_null(strstr(error->message, path));
    assert_int_equal(secret.key[0], 7);
}

static void others_must_not_read_it(void **state) {
    const Place *place = *state;
    static const mode_t modes[] = {0640, 0604, 0660, 0644, 0620};
    assert_true(secret_create(place->path, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        assert_int_equal(g_chmod(place->path, (int)modes[i]), 0);
        assert_refused(place->path);
    }
    Secret secret;
    assert_int_equal(g_chmod(place->path, 0400), 0);
    assert_true(secret_load(place->path, &secret, NULL));
}

static void malformed_secrets_are_refused(void **state) {
    const Place *place = *state;
    static const char *const contents[] = {
        "", "\n", DIGITS_63, DIGITS_63 "\n", DIGITS_63 "g\n", DIGITS_63 "f\n\n", DIGITS_63 "ff", DIGITS_63 "f "};
    assert_refused(place->path);
    for (gsize i = 0; i < G_N_ELEMENTS(contents); i++) {
        assert_true(g_file_set_contents_full(place->path, contents[i], -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
        assert_refused(place->path);
    }
    Secret secret;
    assert_true(g_file_set_contents_full(place->path, DIGITS_63 "F", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
    assert_true(secret_load(place->path, &secret, NULL));
    assert_int_equal(secret.key[1], 0x11);
    assert_int_equal(secret.key[31], 0xff);
    assert_refused(place->folder);
}

/* Test case 2. Its key is short: zeros behind it are what HMAC itself pads with. */
static void signatures_are_those_of_rfc_4231(void **state) {
    (void)state;
    Secret secret = {{0}};
    memcpy(secret.key, "Jefe", 4);
    g_autofree char *signature = secret_sign(&secret, "what do ya want for nothing?");
    assert_string_equal(signature, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void signatures_are_verified(void **state) {
    (void)state;
    const Secret secret = {{1, 2, 3}}, other = {{1, 2, 4}};
    g_autofree char *signature = secret_sign(&secret, "ticket");
    assert_true(secret_verify(&secret, "ticket", signature));
    assert_false(secret_verify(&secret, "ticke", signature));
    assert_false(secret_verify(&other, "ticket", signature));
    assert_false(secret_verify(&secret, "ticket", ""));
    g_autofree char *longer = g_strconcat(signature, "0", NULL);
    assert_false(secret_verify(&secret, "ticket", longer));
    for (int i = 0; i < 64; i++) {
        g_autofree char *forged = g_strdup(signature);
        forged[i] = forged[i] == 'a' ? 'b' : 'a';
        assert_false(secret_verify(&secret, "ticket", forged));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_secret_is_private_and_loads, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_secret_that_exists_is_kept, set_up, tear_down),
        cmocka_unit_test(a_folder_that_is_not_there_is_an_error),
        cmocka_unit_test_setup_teardown(others_must_not_read_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(malformed_secrets_are_refused, set_up, tear_down),
        cmocka_unit_test(signatures_are_those_of_rfc_4231),
        cmocka_unit_test(signatures_are_verified),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
