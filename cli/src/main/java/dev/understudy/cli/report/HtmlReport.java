package dev.understudy.cli.report;

import freemarker.core.HTMLOutputFormat;
import freemarker.template.Configuration;
import freemarker.template.DefaultObjectWrapper;
import freemarker.template.TemplateException;
import freemarker.template.TemplateExceptionHandler;
import freemarker.template.TemplateModel;
import freemarker.template.TemplateModelException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.util.Locale;

/**
 * Fills a FreeMarker template of this package. Values are escaped by the template engine, so a frame's id cannot become
 * markup.
 */
public final class HtmlReport {
    private static final Configuration TEMPLATES = templates();

    private HtmlReport() {}

    /**
     * What a page shows: a record, whose parts its template names. The template engine finds the methods of public
     * types alone, so that a page and all that is reached from it by public methods is public, which HtmlReportTest
     * holds.
     */
    public interface Page {
        /** A file beside this class, for example {@code demo.ftlh}. */
        String template();
    }

    public static String render(Page page) {
        StringWriter text = new StringWriter();
        try {
            TEMPLATES.getTemplate(page.template()).process(page, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TemplateException e) {
            throw new IllegalStateException("the template " + page.template() + " does not fit its page", e);
        }
        return text.toString();
    }

    /** Of a value whose type is not public a template sees nothing, and shows nothing where nothing is permitted. */
    private static final class PublicTypes extends DefaultObjectWrapper {
        PublicTypes() {
            super(Configuration.VERSION_2_3_34);
        }

        @Override
        protected TemplateModel handleUnknownType(Object value) throws TemplateModelException {
            if (!Modifier.isPublic(value.getClass().getModifiers())) {
                throw new TemplateModelException(
                        value.getClass().getName() + " is not public, so a page cannot read it");
            }
            return super.handleUnknownType(value);
        }
    }

    private static Configuration templates() {
        Configuration configuration = new Configuration(Configuration.VERSION_2_3_34);
        configuration.setClassForTemplateLoading(HtmlReport.class, "");
        configuration.setDefaultEncoding("UTF-8");
        configuration.setOutputFormat(HTMLOutputFormat.INSTANCE);
        configuration.setObjectWrapper(new PublicTypes());
        configuration.setLocale(Locale.ROOT);
        configuration.setNumberFormat("computer");
        configuration.setLogTemplateExceptions(false);
        configuration.setTemplateExceptionHandler(TemplateExceptionHandler.RETHROW_HANDLER);
        return configuration;
    }
}
