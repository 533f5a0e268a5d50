/**
 * A piece of work in steps that can be killed anywhere and goes on where it was. Start at
 * {@link dev.understudy.retrain.cycle.Cycle} and {@link dev.understudy.retrain.cycle.CycleStep}.
 *
 * <pre>
 * state/
 *   .lock                                  held while a cycle runs; dies with its process
 *   cycles/20260301T020000Z/cycle.json     {@link dev.understudy.retrain.cycle.CycleRecord}, after every step
 *   work/train/&lt;fingerprint&gt;/done.json     what the step returned: it is done when this file is there
 *   work/train/&lt;fingerprint&gt;/…             the step's own files
 * </pre>
 *
 * A step's fingerprint covers all that decides what it does, so a step that has been done with the same inputs is never
 * done again, neither after a kill nor in a later cycle, and a changed configuration does again exactly what it
 * changes.
 */
@NullMarked
package dev.understudy.retrain.cycle;

import org.jspecify.annotations.NullMarked;
