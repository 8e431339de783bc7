package newswire.analysis;

import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.es.SpanishLightStemFilter;
import org.elasticsearch.plugin.Inject;
import org.elasticsearch.plugin.NamedComponent;
import org.elasticsearch.plugin.analysis.TokenFilterFactory;
import org.elasticsearch.plugin.settings.AnalysisSettings;
import org.elasticsearch.plugin.settings.StringSetting;

/** Of the token filter that full Elasticsearch calls "stemmer": "light_spanish", on the stable plugin API. */
@NamedComponent("stemmer")
public class StemmerFilterFactory implements TokenFilterFactory {
    private final String language;

    @Inject
    public StemmerFilterFactory(Settings settings) {
        language = settings.language();
    }

    @Override
    public TokenStream create(TokenStream input) {
        if (!language.equals("light_spanish")) {
            throw new IllegalArgumentException("the tests' stemmer has light_spanish only, not " + language);
        }
        return new SpanishLightStemFilter(input);
    }

    /** What an index says of it. */
    @AnalysisSettings
    public interface Settings {
        @StringSetting(path = "language", defaultValue = "porter")
        String language();
    }
}
