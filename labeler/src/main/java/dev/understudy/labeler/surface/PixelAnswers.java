package dev.understudy.labeler.surface;

import dev.understudy.dataset.evidence.SegmentationEvidence;
import dev.understudy.dataset.image.LabelMap;
import org.jspecify.annotations.Nullable;

/**
 * What each pixel of a frame answers: the class whose posterior, what its segments agree on and its own word together,
 * is furthest above the class's threshold. Not safe for several threads.
 */
final class PixelAnswers {
    private final SegmentationEvidence evidence;
    /** By slot the class. */
    private final int[] classes;
    /** By class the slot. */
    private final int[] slots;
    /** [part·slots + slot], what a part's segments agree on. */
    private final float[] posterior;
    /** By stored level what a pixel's own word adds. */
    private final float[] ownVote;
    /** By slot 1 ÷ its threshold. */
    private final float[] scale;

    private final Decision decision;
    /** By part the slot that is furthest above its threshold. */
    private final int[] agreed;
    /** By part what any other class comes to at most, its threshold and a pixel's own word for it counted. */
    private final float[] others;

    /** Where the part at hand starts in {@link #posterior}, and what it agrees on. */
    private int from;

    private int agreedSlot;
    private float othersMost;

    /**
     * @param mentioned one class at least
     * @param posterior [part·slots + slot], what a part's segments agree on
     * @param ownVote by stored level what a pixel's own word adds
     * @param classThresholds by class index, above 0
     */
    PixelAnswers(
            SegmentationEvidence evidence,
            MentionedClasses mentioned,
            float[] posterior,
            float[] ownVote,
            float[] classThresholds,
            Decision decision) {
        this.evidence = evidence;
        this.classes = mentioned.classes();
        this.slots = mentioned.slots();
        this.posterior = posterior;
        this.ownVote = ownVote;
        this.scale = new float[classes.length];
        for (int slot = 0; slot < classes.length; slot++) {
            scale[slot] = 1 / classThresholds[classes[slot]];
        }
        this.decision = decision;
        this.agreed = new int[posterior.length / classes.length];
        this.others = new float[agreed.length];
        for (int part = 0; part < agreed.length; part++) {
            agree(part);
        }
    }

    /** What is filled in; null = nobody asks for it. */
    record Decision(byte[] answer, float @Nullable [] confidence, boolean @Nullable [] overruled, boolean repair) {
        /** For a pixel whose segments and own word favour {@code best}. */
        void settle(int pixel, byte best, boolean another, float bestPosterior, float ownPosterior) {
            if (overruled != null) {
                overruled[pixel] = another;
            }
            if (confidence != null) {
                confidence[pixel] = Math.min(1, repair ? bestPosterior : ownPosterior);
            }
            if (repair) {
                answer[pixel] = best;
            }
        }
    }

    /** Takes up a part, which {@link #decide} is of from then on. */
    void hear(int part) {
        from = part * classes.length;
        agreedSlot = agreed[part];
        othersMost = others[part];
    }

    private void agree(int part) {
        int from = part * classes.length;
        int best = 0;
        for (int slot = 1; slot < scale.length; slot++) {
            best = posterior[from + slot] * scale[slot] > posterior[from + best] * scale[best] ? slot : best;
        }
        float second = 0;
        for (int slot = 0; slot < scale.length; slot++) {
            float most = (posterior[from + slot] + ownVote[ownVote.length - 1]) * scale[slot];
            second = slot != best && most > second ? most : second;
        }
        agreed[part] = best;
        others[part] = second;
    }

    /** Pixels in a row that have the same segments. */
    void decide(int from, int to) {
        boolean answersAlone = decision.confidence == null && decision.overruled == null;
        if (answersAlone && decision.repair && posterior[this.from + agreedSlot] * scale[agreedSlot] > othersMost) {
            answerAlike(from, to);
        } else if (evidence.topK() == 1) {
            decideByOne(from, to);
        } else {
            decideBySome(from, to);
        }
    }

    /** Where the segments agree so surely that no pixel's word for another class could change it. */
    private void answerAlike(int from, int to) {
        byte[] answer = decision.answer;
        byte agreedClass = (byte) classes[agreedSlot];
        for (int pixel = from; pixel < to; pixel++) {
            if (answer[pixel] != agreedClass && answer[pixel] != (byte) LabelMap.IGNORE) {
                answer[pixel] = agreedClass;
            }
        }
    }

    /**
     * As {@link #decideByAll}, without a look at what else pixels mention where they say first what their segments
     * agree on, and so surely that no other word of theirs could change it. Most do.
     */
    private void decideBySome(int from, int to) {
        byte[] answer = decision.answer;
        float[] confidence = decision.confidence;
        byte[] mentioned = evidence.classes();
        byte[] levels = evidence.probability();
        float[] ownVote = this.ownVote;
        byte agreedClass = (byte) classes[agreedSlot];
        float agreedPosterior = posterior[this.from + agreedSlot];
        float agreedScale = scale[agreedSlot];
        float others = othersMost;
        int unsure = from;
        for (int pixel = from; pixel < to; pixel++) {
            if (answer[pixel] == agreedClass && mentioned[pixel] == agreedClass) {
                float heard = agreedPosterior + ownVote[levels[pixel] & 0xFF];
                if (heard * agreedScale > others) {
                    if (unsure < pixel) {
                        decideByAll(unsure, pixel);
                    }
                    if (confidence != null) {
                        confidence[pixel] = heard > 1 ? 1 : heard;
                    }
                    unsure = pixel + 1;
                }
            }
        }
        if (unsure < to) {
            decideByAll(unsure, to);
        }
    }

    /** Some pixels in a row that have the same segments, each of which speaks of several classes. */
    private void decideByAll(int from, int to) {
        byte[] answer = decision.answer;
        int pixels = evidence.pixels();
        byte[] mentioned = evidence.classes();
        byte[] levels = evidence.probability();
        float[] posterior = this.posterior;
        float[] scale = this.scale;
        float[] ownVote = this.ownVote;
        int[] slots = this.slots;
        int part = this.from;
        float agreedTimes = posterior[part + agreedSlot] * scale[agreedSlot];
        for (int pixel = from; pixel < to; pixel++) {
            if (answer[pixel] == (byte) LabelMap.IGNORE) {
                continue;
            }
            int ownSlot = slots[answer[pixel] & 0xFF];
            // Only what the segments agree on and the classes for which the pixel itself speaks can be furthest above
            // their thresholds; of equals the first
            int best = agreedSlot;
            float bestPosterior = posterior[part + agreedSlot];
            float ownPosterior = posterior[part + ownSlot];
            float most = agreedTimes;
            for (int at = pixel; at < mentioned.length; at += pixels) {
                int level = levels[at] & 0xFF;
                if (level == 0 || mentioned[at] == (byte) LabelMap.IGNORE) {
                    continue;
                }
                int slot = slots[mentioned[at] & 0xFF];
                float value = posterior[part + slot] + ownVote[level];
                float times = value * scale[slot];
                if (slot == ownSlot) {
                    ownPosterior = value;
                }
                if (times > most || times == most && slot <= best) {
                    best = slot;
                    bestPosterior = value;
                    most = times;
                }
            }
            decision.settle(pixel, (byte) classes[best], best != ownSlot, bestPosterior, ownPosterior);
        }
    }

    /** As {@link #decideByAll} comes to where each pixel speaks of one class, in a fraction of the time. */
    private void decideByOne(int from, int to) {
        byte[] answer = decision.answer;
        byte[] mentioned = evidence.classes();
        int next;
        for (int pixel = from; pixel < to; pixel = next) {
            byte own = answer[pixel];
            byte word = mentioned[pixel];
            next = pixel + 1;
            while (next < to && answer[next] == own && mentioned[next] == word) {
                next++;
            }
            if (own == (byte) LabelMap.IGNORE) {
                continue;
            }
            int ownSlot = slots[own & 0xFF];
            if (word != own) {
                decideByAll(pixel, next);
            } else if (ownSlot != agreedSlot) {
                contest(pixel, next, ownSlot);
            } else if (decision.confidence != null) {
                confirm(pixel, next, decision.confidence);
            }
        }
    }

    /** Pixels that say what their segments agree on. */
    private void confirm(int from, int to, float[] confidence) {
        byte[] levels = evidence.probability();
        float[] ownVote = this.ownVote;
        float agreedPosterior = posterior[this.from + agreedSlot];
        for (int pixel = from; pixel < to; pixel++) {
            float heard = agreedPosterior + ownVote[levels[pixel] & 0xFF];
            confidence[pixel] = heard > 1 ? 1 : heard;
        }
    }

    /** Pixels that say another class than their segments agree on. */
    private void contest(int from, int to, int slot) {
        byte[] answer = decision.answer;
        float[] confidence = decision.confidence;
        boolean[] overruled = decision.overruled;
        boolean repair = decision.repair;
        byte[] levels = evidence.probability();
        float[] ownVote = this.ownVote;
        float agreedPosterior = posterior[this.from + agreedSlot];
        float agreedTimes = agreedPosterior * scale[agreedSlot];
        float ownPosterior = posterior[this.from + slot];
        float ownScale = scale[slot];
        byte agreedClass = (byte) classes[agreedSlot];
        for (int pixel = from; pixel < to; pixel++) {
            float heard = ownPosterior + ownVote[levels[pixel] & 0xFF];
            float times = heard * ownScale;
            boolean loses = times < agreedTimes || times == agreedTimes && slot > agreedSlot;
            if (overruled != null) {
                overruled[pixel] = loses;
            }
            if (confidence != null) {
                float value = loses && repair ? agreedPosterior : heard;
                confidence[pixel] = value > 1 ? 1 : value;
            }
            if (loses && repair) {
                answer[pixel] = agreedClass;
            }
        }
    }
}
