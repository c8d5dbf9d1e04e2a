/* Features: what is known about one candidate event, as a set of marks from a fixed list, for the learned weights of
 * model.h. A mark says the same for every type of event, so that a few hundred labelled facts suffice; what a person
 * reads about it stands beside its name. None depends on a weight: the same lexicon and text give the same marks.
 *
 * Only the names below ever leave the coder with labels (docs/model.md), never a word of a text. */
#ifndef LIB_CODER_FEATURE_H
#define LIB_CODER_FEATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FEATURES(ROW)                                                                                                  \
    ROW(INVENTED, "an invented sentence, made for teaching")                                                           \
    /* the trigger */                                                                                                  \
    ROW(TRIGGER_VERB, "a verb tells it")                                                                               \
    ROW(TRIGGER_NOUN_MOVED, "a noun tells it, with a verb to it")                                                      \
    ROW(TRIGGER_NOUN_ALONE, "a noun tells it, without a verb")                                                         \
    ROW(FRAME_DOUBTFUL, "the words often mean something else")                                                         \
    ROW(FRAME_LIKELY, "the words mostly mean it")                                                                      \
    ROW(FRAME_SURE, "the words mean it")                                                                               \
    ROW(FRAME_CERTAIN, "the words mean nothing else")                                                                  \
    ROW(ARGUMENT_NEAR, "what is acted on stands beside it")                                                            \
    ROW(ARGUMENT_FAR, "what is acted on stands far off")                                                               \
    ROW(NO_ARGUMENT, "one expression alone tells it")                                                                  \
    ROW(SECOND_READING, "a second reading of the same words")                                                          \
    ROW(ONE_PARTY_FRAME, "one party is enough for it")                                                                 \
    ROW(JOINT_FRAME, "it needs forces of two sides")                                                                   \
    ROW(OFFICE_FRAME, "it needs someone in office")                                                                    \
    ROW(TOPIC_FRAME, "it needs defence as its subject")                                                                \
    ROW(TRIGGER_PLURAL, "the noun is a plural")                                                                        \
    ROW(TRIGGER_THE, "\"the\" before the noun")                                                                        \
    ROW(TRIGGER_A, "\"a\" before the noun")                                                                            \
    ROW(TRIGGER_OWNED, "an owner before the noun")                                                                     \
    ROW(TRIGGER_NOT_HEAD, "the noun belongs to another noun")                                                          \
    ROW(TRIGGER_SUBJECT, "the noun is the subject")                                                                    \
    ROW(TRIGGER_OBJECT, "the noun is the object")                                                                      \
    ROW(TRIGGER_AFTER, "in a phrase of time or cause (after, amid, despite)")                                          \
    ROW(TRIGGER_OF, "in a phrase with of")                                                                             \
    ROW(TRIGGER_FOR, "in a phrase with for")                                                                           \
    ROW(TRIGGER_IN, "in a phrase with in, at, during")                                                                 \
    ROW(TRIGGER_WITH, "in a phrase with with, by, from")                                                               \
    ROW(TRIGGER_ABOUT, "in a phrase with on, about, over")                                                             \
    ROW(TRIGGER_UNDER, "in a phrase with under: on the ground of a paper")                                             \
    ROW(TRIGGER_LIKE, "in a phrase with like, such as, including")                                                     \
    ROW(TYPE_ARMS_TRANSFER, "an arms transfer")                                                                        \
    ROW(TYPE_AID, "aid")                                                                                               \
    ROW(TYPE_TRAINING, "training")                                                                                     \
    ROW(TYPE_EXERCISE, "an exercise")                                                                                  \
    ROW(TYPE_AGREEMENT, "an agreement")                                                                                \
    ROW(TYPE_INTELLIGENCE_SHARING, "intelligence sharing")                                                             \
    ROW(TYPE_VISIT, "a visit")                                                                                         \
    ROW(TYPE_EXPO, "a fair")                                                                                           \
    ROW(TYPE_BASING, "basing")                                                                                         \
    ROW(TYPE_INDUSTRY, "industry")                                                                                     \
    ROW(TYPE_OPERATION, "an operation")                                                                                \
    ROW(TYPE_DOWNTURN, "a downturn")                                                                                   \
    /* where it stands */                                                                                              \
    ROW(IN_TITLE, "told in the title")                                                                                 \
    ROW(IN_FIRST_SENTENCE, "told in the first sentence")                                                               \
    ROW(IN_SECOND_SENTENCE, "told in the second sentence")                                                             \
    ROW(IN_THIRD_SENTENCE, "told in the third sentence")                                                               \
    ROW(IN_UPPER_TEXT, "told in the upper text")                                                                       \
    ROW(IN_LOWER_TEXT, "told far down")                                                                                \
    ROW(HEADLINE_GRAMMAR, "headline language")                                                                         \
    ROW(ITEM_BRIEF, "a brief item")                                                                                    \
    ROW(ITEM_MIDDLING, "an item of middling length")                                                                   \
    ROW(ITEM_LONG, "a long item")                                                                                      \
    ROW(ITEM_DENSE, "much of the item is on such matters")                                                             \
    ROW(ITEM_THIN, "little of the item is on such matters")                                                            \
    ROW(SENTENCE_SHORT, "a short sentence")                                                                            \
    ROW(SENTENCE_LONG, "a long sentence")                                                                              \
    ROW(SENTENCE_VERY_LONG, "a very long sentence")                                                                    \
    ROW(OFFICIAL_TEXT, "an official text")                                                                             \
    ROW(UNDATED_ITEM, "an item without a date")                                                                        \
    /* the parties */                                                                                                  \
    ROW(NO_PARTY, "no party")                                                                                          \
    ROW(ONE_PARTY, "one party")                                                                                        \
    ROW(TWO_PARTIES, "two parties")                                                                                    \
    ROW(THREE_PARTIES, "three parties")                                                                                \
    ROW(MANY_PARTIES, "four parties or more")                                                                          \
    ROW(REFERRED, "a pronoun or a description stands for a party")                                                     \
    ROW(SYNTAX_NONE, "grammar names no party")                                                                         \
    ROW(SYNTAX_ONE, "grammar names one party")                                                                         \
    ROW(SYNTAX_TWO, "grammar names the parties")                                                                       \
    ROW(FROM_SENTENCE, "a party from elsewhere in the sentence")                                                       \
    ROW(FROM_TITLE, "a party from the title")                                                                          \
    ROW(FROM_BEFORE, "a party from the sentence before")                                                               \
    ROW(FROM_BEHIND, "a party from the next sentence")                                                                 \
    ROW(FROM_LEAD, "a party from the first sentence")                                                                  \
    ROW(FROM_DOUBTFUL, "a party that stands there for another reason")                                                 \
    ROW(FROM_UNJOINED, "nothing says that they act together")                                                          \
    ROW(FROM_BOTH, "the grammar names neither party")                                                                  \
    ROW(GUESS_SECOND, "not the first guess who the party is")                                                          \
    ROW(GUESS_LATE, "a late guess who the party is")                                                                   \
    ROW(FROM_TOLD, "an earlier candidate has that party in that role")                                                 \
    ROW(FROM_DATELINE, "a party that only the dateline names")                                                         \
    ROW(FROM_CONTEXT, "a party from the context")                                                                      \
    ROW(SIDES_OPEN, "one side is not named")                                                                           \
    ROW(DIRECTED, "a giver and a taker")                                                                               \
    ROW(STATES_NONE, "no state among the parties")                                                                     \
    ROW(STATES_ONE, "one state among the parties")                                                                     \
    ROW(STATES_TWO, "states as parties")                                                                               \
    ROW(ORGANISATION, "an organisation as a party")                                                                    \
    ROW(FIRM, "a firm as a party")                                                                                     \
    ROW(ARMED_GROUP, "an armed group as a party")                                                                      \
    ROW(VAGUE_PARTY, "a vague party")                                                                                  \
    ROW(ADVERSARIES, "the parties are adversaries")                                                                    \
    ROW(HOST, "a host")                                                                                                \
    ROW(PARTIES_NEAR, "the parties stand close by")                                                                    \
    ROW(PARTIES_OFF, "a party stands some way off")                                                                    \
    ROW(PARTIES_FAR, "a party stands far off")                                                                         \
    ROW(PARTIES_AROUND, "the parties stand around the trigger")                                                        \
    ROW(PARTIES_BEFORE, "the parties stand before the trigger")                                                        \
    ROW(PARTIES_BEHIND, "the parties stand behind the trigger")                                                        \
    ROW(TITLE_NAMES_NONE, "the title names none of the parties")                                                       \
    ROW(TITLE_NAMES_SOME, "the title names a party")                                                                   \
    ROW(TITLE_NAMES_ALL, "the title names the parties")                                                                \
    ROW(OTHERS_NONE, "nobody else in the sentence")                                                                    \
    ROW(OTHERS_ONE, "another actor in the sentence")                                                                   \
    ROW(OTHERS_MANY, "many other actors in the sentence")                                                              \
    ROW(PARTY_IN_PHRASE_OF_PLACE, "a party is named as a place")                                                       \
    ROW(PARTY_AGAINST, "a party stands in a phrase with against, near, amid")                                          \
    ROW(PARTY_ATTRIBUTE, "a party only colours another noun")                                                          \
    /* grammar of the deciding verb */                                                                                 \
    ROW(VERB_PAST, "past tense")                                                                                       \
    ROW(VERB_PRESENT, "present tense")                                                                                 \
    ROW(VERB_FUTURE, "future tense")                                                                                   \
    ROW(VERB_UNTENSED, "no tense")                                                                                     \
    ROW(VERB_PERFECT, "perfect")                                                                                       \
    ROW(VERB_PROGRESSIVE, "progressive")                                                                               \
    ROW(VERB_PASSIVE, "passive")                                                                                       \
    ROW(VERB_NEGATED, "negated")                                                                                       \
    ROW(VERB_INFINITIVE, "an infinitive")                                                                              \
    ROW(VERB_GERUND, "a gerund")                                                                                       \
    ROW(VERB_WEAK, "may, could or would")                                                                              \
    ROW(VERB_CONDITIONAL, "a condition")                                                                               \
    ROW(VERB_WITHOUT_SUBJECT, "the verb has no subject")                                                               \
    ROW(VERB_MOVES, "the verb says how far it has come")                                                               \
    ROW(LINK_MAIN, "in the main clause")                                                                               \
    ROW(LINK_IN_COMPLEMENT, "in a verb's complement")                                                                  \
    ROW(LINK_IN_CONTENT, "in a that-clause")                                                                           \
    ROW(LINK_IN_COORDINATION, "in a coordinated clause")                                                               \
    ROW(LINK_IN_RELATIVE, "in a relative clause")                                                                      \
    ROW(LINK_IN_ADVERBIAL, "in an adverbial clause")                                                                   \
    ROW(LINK_IN_CONDITION, "in an if-clause")                                                                          \
    ROW(LINK_IN_PARTICIPLE, "in a participle")                                                                         \
    ROW(GOVERNOR_SPEECH, "governed by a verb of speech")                                                               \
    ROW(GOVERNOR_NEGATED, "governed by a negated verb")                                                                \
    ROW(GOVERNOR_NOUN, "governed by a noun (plan to)")                                                                 \
    ROW(GOVERNOR_STAGE, "governed by a verb that says how far it has come")                                            \
    ROW(IN_QUOTES, "inside quotation marks")                                                                           \
    /* what was read of it */                                                                                          \
    ROW(STATUS_REQUESTED, "requested")                                                                                 \
    ROW(STATUS_NEGOTIATED, "negotiated")                                                                               \
    ROW(STATUS_ANNOUNCED, "announced")                                                                                 \
    ROW(STATUS_APPROVED, "approved")                                                                                   \
    ROW(STATUS_SIGNED, "signed")                                                                                       \
    ROW(STATUS_ONGOING, "ongoing")                                                                                     \
    ROW(STATUS_COMPLETED, "completed")                                                                                 \
    ROW(STATUS_SUSPENDED, "suspended")                                                                                 \
    ROW(STATUS_CANCELLED, "cancelled")                                                                                 \
    ROW(STATUS_REFUSED, "refused")                                                                                     \
    ROW(STATUS_ENDED, "ended")                                                                                         \
    ROW(STATUS_UNKNOWN, "stage unknown")                                                                               \
    ROW(MODALITY_CONFIRMED, "a party confirms it")                                                                     \
    ROW(MODALITY_REPORTED, "reported as plain fact")                                                                   \
    ROW(MODALITY_ALLEGED, "alleged")                                                                                   \
    ROW(MODALITY_DENIED, "denied")                                                                                     \
    ROW(MODALITY_HYPOTHETICAL, "hypothetical")                                                                         \
    ROW(SCOPE_BACKGROUND, "told as background")                                                                        \
    ROW(DATE_STATED, "a date is stated")                                                                               \
    ROW(DATE_LONG_PAST, "the date is long past")                                                                       \
    ROW(DATE_AHEAD, "the date lies ahead")                                                                             \
    ROW(DATE_NONE, "no date")                                                                                          \
    ROW(PLACE_STATED, "a place is stated")                                                                             \
    ROW(EQUIPMENT_STATED, "equipment is named")                                                                        \
    ROW(MONEY_STATED, "a sum is stated")                                                                               \
    ROW(PERSONNEL_STATED, "a strength is stated")                                                                      \
    ROW(NAME_STATED, "a proper name")                                                                                  \
    /* what it is about */                                                                                             \
    ROW(MILITARY_NONE, "no other military word in the sentence")                                                       \
    ROW(MILITARY_ONE, "a military word in the sentence")                                                               \
    ROW(MILITARY_SOME, "military words in the sentence")                                                               \
    ROW(MILITARY_MANY, "many military words in the sentence")                                                          \
    ROW(TITLE_MILITARY_NONE, "no military word in the title")                                                          \
    ROW(TITLE_MILITARY_ONE, "a military word in the title")                                                            \
    ROW(TITLE_MILITARY_MANY, "military words in the title")                                                            \
    ROW(CUE_JOINT, "a word such as joint")                                                                             \
    ROW(CUE_FRONT, "a word of the front line")                                                                         \
    ROW(CUE_BACKGROUND, "a word of the past")                                                                          \
    ROW(CUE_OPINION, "a word of opinion")                                                                              \
    ROW(CUE_HEDGE, "a word of doubt")                                                                                  \
    ROW(CUE_TOPIC_HERE, "words of another subject in the sentence")                                                    \
    ROW(CUE_VIOLENCE_HERE, "words of fighting in the sentence")                                                        \
    ROW(CUE_VIOLENCE_TITLE, "words of fighting in the title")                                                          \
    ROW(CUE_TOPIC_TITLE, "words of another subject in the title")                                                      \
    ROW(PEOPLE_HERE, "civilians, crowds or groups in the sentence")                                                    \
    /* what else the item says */                                                                                      \
    ROW(TOLD_ONCE, "told once")                                                                                        \
    ROW(TOLD_TWICE, "told in another sentence too")                                                                    \
    ROW(TOLD_OFTEN, "told in several sentences")                                                                       \
    ROW(TITLE_TELLS_TOO, "the title tells it too")                                                                     \
    ROW(RIVAL_TYPE, "the same sentence tells another kind of event between them")                                      \
    ROW(RIVAL_DIRECTION, "another sentence tells the other direction")                                                 \
    ROW(ALONE_IN_ITEM, "nothing else in the item")                                                                     \
    ROW(CROWD_IN_ITEM, "much else in the item")                                                                        \
    ROW(SAME_TYPE_ELSEWHERE, "the same kind of event between others in the item")                                      \
    ROW(PAIR_NEAR, "a sentence before it names the same parties in another act")                                       \
    ROW(PAIR_GOES_ON, "the sentence before it tells another act of those two alone")                                   \
    /* objections */                                                                                                   \
    ROW(OBJECTION_NEGATED, "negated")                                                                                  \
    ROW(OBJECTION_OPINION, "the author's or a third party's opinion")                                                  \
    ROW(OBJECTION_QUESTION, "a question")                                                                              \
    ROW(OBJECTION_TOPIC, "nothing says that it is about defence")                                                      \
    ROW(OBJECTION_OFFICE, "no office-holder takes part")                                                               \
    ROW(OBJECTION_OFFICE_TOPIC, "nothing says that defence was the subject")                                           \
    ROW(OFFICE_OUTSIDE_DEFENCE, "office outside defence")                                                              \
    ROW(OBJECTION_FORCE, "no troops are the subject")                                                                  \
    ROW(OBJECTION_REFUSED_VISIT, "a meeting that somebody stays away from")                                            \
    ROW(OBJECTION_FRONT, "at a front or on occupied ground, not by consent")                                           \
    ROW(OBJECTION_CIVIL, "civil goods")                                                                                \
    ROW(OBJECTION_DOMESTIC, "within one state")                                                                        \
    ROW(OBJECTION_FIRM_PAPER, "a firm's paper, not a government's")                                                    \
    ROW(OBJECTION_NO_PARTICIPANT, "nobody is named as taking part")                                                    \
    ROW(OBJECTION_NO_STAGE, "a standing relation, not an act")                                                         \
    ROW(OBJECTION_FEW_PARTIES, "fewer parties than this kind of event needs")                                          \
    ROW(OBJECTION_SIDES, "who gives and who takes is not told")                                                        \
    ROW(OBJECTION_STOPPED, "it is what the downturn stops")                                                            \
    ROW(OBJECTION_SENT, "sent to exercise, teach, visit or on an operation")                                           \
    ROW(OBJECTION_LEFT, "it is what the downturn ends")                                                                \
    ROW(OBJECTION_CONTRIBUTED, "contributed to an operation")                                                          \
    ROW(OBJECTION_MISSION_ALONE, "a mission and nobody who takes part")                                                \
    ROW(OBJECTION_FIRM_PREMISES, "a firm's premises, not a base of forces")                                            \
    ROW(OBJECTION_NO_EXERCISE, "nothing says what they take part in")                                                  \
    ROW(OBJECTION_DISPUTED, "on disputed ground, not by consent")                                                      \
    ROW(OBJECTION_NOT_HEAD, "the noun only names another one")                                                         \
    ROW(OBJECTION_CONTESTED, "ground that is fought over, not a presence by consent")                                  \
    ROW(OBJECTION_BASE, "a base that is only visited or left")                                                         \
    ROW(OBJECTION_CIVIL_OFFICE, "a civil office")                                                                      \
    ROW(OBJECTION_CIVIL_PAPER, "a paper that nobody of defence signs")                                                 \
    ROW(OBJECTION_NO_WARSHIP, "no warship calls")                                                                      \
    ROW(OBJECTION_NO_DEFENCE_OFFICE, "nobody of defence takes part")                                                   \
    ROW(OBJECTION_AGENDA, "only a topic of talks")                                                                     \
    ROW(OBJECTION_PAYER, "who only pays for it")                                                                       \
    ROW(OBJECTION_NOUN_TELLS, "its noun tells more")                                                                   \
    ROW(OBJECTION_OTHER, "some other objection")

enum feature {
#define ROW(name, words) FEATURE_##name,
    FEATURES(ROW)
#undef ROW
        FEATURE_COUNT
};

enum { FEATURES_OF_EVENT_MAX = 96 };

struct feature_set {
    uint16_t ids[FEATURES_OF_EVENT_MAX]; /* ascending once complete */
    uint16_t count;
};

struct coder_workspace;

/* Fills `features` of every event of the workspace. False when memory is out. */
bool feature_read(struct coder_workspace *workspace);

/* "TRIGGER_VERB", and what it says to a person. */
const char *feature_name(enum feature feature);
const char *feature_words(enum feature feature);
/* FEATURE_COUNT where there is none of that name. */
enum feature feature_find(const char *name, size_t size);

#endif
