/* The lines of a template: which tags stand alone on theirs, and how far what they bring in is indented. Each of these
 * widens nodes and notes their indentation; the text is looked at no farther back than the tag before, so that a text
 * of nothing but blanks and tags is read in linear time. */
#pragma once

#include "tree.h"

/* A section's tag, a comment, a change of delimiters, a partial, or a block that is not directly in a parent. */
void standalone_tag(const Template *template, Node *node, gsize previous_end);
/* A block directly in a parent, where text around it is ignored. */
void standalone_replacement(const Template *template, Node *block);
void standalone_replacement_end(const Template *template, Node *end, gsize previous_end);
/* With its end known: a parent as a whole, and a block that can be replaced. */
void standalone_parent(const Template *template, Node *parent, Node *end, gsize previous_end);
void standalone_block(const Template *template, Node *block, const Node *end, gsize previous_end);
