package newswire.analysis;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.snowball.SnowballFilter;
import org.elasticsearch.plugin.Inject;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;
import org.elasticsearch.plugin.settings.AnalysisSettings;
import org.elasticsearch.plugin.settings.StringSetting;

/** The token filter that full Elasticsearch calls "snowball", on the stable plugin API. */
@NamedComponent("snowball")
public class SnowballFilterFactory implements TokenFilterFactory {
    private final String language;

    @Inject
    public SnowballFilterFactory(Settings settings) {
        language = settings.language();
    }

    @Override
    public TokenStream create(TokenStream input) {
        return new SnowballFilter(input, language);
    }

    /** What an index says of it. */
    @AnalysisSettings
    public interface Settings {
        @StringSetting(path = "language", defaultValue = "English")
        String language();
    }
}
