package dev.understudy.cli.report;

import static org.testng.Assert.assertEquals;
import static org.testng.Assert.assertNotNull;
import static org.testng.Assert.expectThrows;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Templates read what they show by name, so that here is asked what the compiler cannot say. */
public class HtmlReportTest {
    @DataProvider
    public Object[][] pages() {
        Object[][] pages = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.understudy.cli").stream()
                        .filter(type -> type.isAssignableTo(HtmlReport.Page.class) && !type.isInterface())
                        .map(JavaClass::reflect)
                        .map(type -> new Object[] {type})
                        .toArray(Object[][]::new);
        assertEquals(pages.length, 4, "pages found");
        return pages;
    }

    @Test(dataProvider = "pages")
    public void allThatATemplateCanReachIsPublic(Class<?> page) {
        assertEquals(hidden(page), Set.of(), "types that " + page.getName() + " shows and that are not public");
    }

    @Test
    public void aHiddenTypeIsFoundHoweverDeep() {
        assertEquals(hidden(Deep.class), Set.of(Hidden.class.getTypeName(), HiddenToo.class.getTypeName()));
    }

    /** Where the declared type is public, or none of ours, the value's may still not be. */
    @Test
    public void aHiddenValueIsToldAndNotShownAsNothing() {
        FramePages.Leaf leaf = new FramePages.Leaf(
                new FramePages.Head("title", "lead", null, List.of(), 1),
                new FramePages.Contents(List.of(), List.of(), List.of(), 0),
                1,
                1,
                List.of());
        assertNotNull(HtmlReport.render(leaf));
        IllegalStateException refused = expectThrows(
                IllegalStateException.class, () -> HtmlReport.render(new HiddenPage(leaf.head(), leaf.contents())));
        assertEquals(
                refused.getCause().getMessage().lines().findFirst().orElse(""),
                HiddenPage.class.getName() + " is not public, so a page cannot read it");
    }

    /** Types of this project that public methods lead to from a page, and of which a template would see nothing. */
    private static Set<String> hidden(Class<?> page) {
        Set<Type> seen = new HashSet<>();
        Set<String> hidden = new TreeSet<>();
        visit(page, seen, hidden);
        return hidden;
    }

    private static void visit(@Nullable Type type, Set<Type> seen, Set<String> hidden) {
        if (type instanceof ParameterizedType made) {
            visit(made.getRawType(), seen, hidden);
            for (Type part : made.getActualTypeArguments()) {
                visit(part, seen, hidden);
            }
        } else if (type instanceof WildcardType any) {
            visit(any.getUpperBounds()[0], seen, hidden);
        } else if (type instanceof Class<?> plain && plain.getName().startsWith("dev.understudy.") && seen.add(plain)) {
            if (!Modifier.isPublic(plain.getModifiers())) {
                hidden.add(plain.getTypeName());
            }
            for (Method method : plain.getMethods()) {
                if (!Modifier.isStatic(method.getModifiers())) {
                    visit(method.getGenericReturnType(), seen, hidden);
                }
            }
        }
    }

    private record HiddenPage(FramePages.Head head, FramePages.Contents contents) implements HtmlReport.Page {
        @Override
        public String template() {
            return "frames.ftlh";
        }
    }

    private record Hidden(int value) {}

    private record HiddenToo(int value) {}

    public record Middle(Map<String, List<? extends HiddenToo>> parts) {}

    public record Deep(Middle middle, Hidden hidden) {}
}
