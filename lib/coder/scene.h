/* Scenes: what a text is about where its words of defence mean something else: crime, trials of spies, sport, films. The
 * words are looked for in the event's sentence and in the title. Called on the workspace's thread; nothing can fail. */
#ifndef LIB_CODER_SCENE_H
#define LIB_CODER_SCENE_H

#include "lib/coder/workspace.h"

/* Why such a scene holds no event of this type, or NULL. */
const char *scene_objection(struct coder_workspace *workspace, const struct event *event);

#endif
