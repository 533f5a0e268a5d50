/**
 * Networks that came as a file of somebody else's: how a picture becomes their input tensor, and what their output
 * tensors say. {@link dev.understudy.model.external.PictureInput} and {@link
 * dev.understudy.model.external.NetworkOutputs} are what a user writes of them; {@link
 * dev.understudy.model.external.TensorPictureNetwork} does it, over whichever {@link
 * dev.understudy.model.external.TensorNetwork} runs the file.
 */
@NullMarked
package dev.understudy.model.external;

import org.jspecify.annotations.NullMarked;
