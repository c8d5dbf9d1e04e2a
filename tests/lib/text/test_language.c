#include "lib/text/language.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void sentences_name_their_language(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"en", "The defence ministers of both countries signed an agreement on joint exercises in the capital."},
        {"de", "Die Verteidigungsminister der beiden Länder haben ein Abkommen über gemeinsame Übungen unterzeichnet."},
        {"fr", "Les ministres de la Défense des deux pays ont signé un accord sur des exercices communs."},
        {"es",
         "Los ministros de Defensa de los dos países firmaron un acuerdo sobre ejercicios conjuntos en la capital."},
        {"pt",
         "Os ministros da Defesa dos dois países assinaram um acordo para a realização de exercícios em conjunto."},
        {"it", "I ministri della Difesa dei due paesi hanno firmato un accordo per le esercitazioni che si terranno "
               "nella capitale."},
        {"tr",
         "İki ülkenin savunma bakanları ortak tatbikat için bir anlaşma imzaladı ve bu konuda daha fazla bilgi verdi."},
        {"pl", "Ministrowie obrony obu krajów podpisali w stolicy umowę, która dotyczy wspólnych ćwiczeń i szkoleń."},
        {"ru", "Министры обороны двух стран подписали в столице соглашение о том, что учения пройдут и в этом году."},
        {"uk",
         "Міністри оборони двох країн підписали у столиці угоду про те, що навчання відбудуться та в цьому році."},
        {"ar", "وقع وزيرا الدفاع في العاصمة على اتفاق بشأن تدريبات مشتركة بين البلدين"},
        {"fa", "وزیران دفاع دو کشور در پایتخت توافقنامه ای را امضا کردند که به گفته آنها از این سال"},
        {"zh", "两国国防部长在首都签署了联合演习协议"},
        {"ja", "両国の国防相は首都で共同演習に関する協定に署名した"},
        {"ko", "양국 국방장관은 수도에서 합동 훈련 협정에 서명했다"},
        {"el", "Οι υπουργοί Άμυνας υπέγραψαν συμφωνία"},
        {"he", "שרי הביטחון חתמו על הסכם"},
        {"und", "XB-70 F-16C 42"},
        {"und", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct language_guess guess = language_guess(rows[i][1], strlen(rows[i][1]));
        if (strcmp(guess.code, rows[i][0]) != 0)
            fail_msg("%s taken for %s: %s", rows[i][0], guess.code, rows[i][1]);
    }
}

static void english_is_told_from_the_rest(void **state)
{
    (void)state;
    const char *english = "Troops from the two armies will train with tanks",
               *dutch = "De troepen van het leger zijn op weg";
    assert_string_equal(language_guess(english, strlen(english)).code, "en");
    assert_string_not_equal(language_guess(dutch, strlen(dutch)).code, "en");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sentences_name_their_language),
        cmocka_unit_test(english_is_told_from_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
