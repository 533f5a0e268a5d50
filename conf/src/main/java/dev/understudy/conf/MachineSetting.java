package dev.understudy.conf;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The one place that asks this machine for its locale, charset or time zone because a user would expect it to, and says
 * so in its help. Everything else gives the same result on every machine, and the check of forbidden signatures in the
 * build holds it to that.
 */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface MachineSetting {}
