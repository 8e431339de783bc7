package newswire.analysis;

import java.util.regex.Pattern;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.pattern.PatternReplaceFilter;
import org.elasticsearch.plugin.Inject;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;
import org.elasticsearch.plugin.settings.AnalysisSettings;
import org.elasticsearch.plugin.settings.StringSetting;

/** The token filter that full Elasticsearch calls "pattern_replace", on the stable plugin API. */
@NamedComponent("pattern_replace")
public class PatternReplaceFilterFactory implements TokenFilterFactory {
    private final Pattern pattern;
    private final String replacement;

    @Inject
    public PatternReplaceFilterFactory(Settings settings) {
        pattern = Pattern.compile(settings.pattern());
        replacement = settings.replacement();
    }

    @Override
    public TokenStream create(TokenStream input) {
        return new PatternReplaceFilter(input, pattern, replacement, true);
    }

    /** What an index says of it. */
    @AnalysisSettings
    public interface Settings {
        @StringSetting(path = "pattern", defaultValue = "")
        String pattern();

        @StringSetting(path = "replacement", defaultValue = "")
        String replacement();
    }
}
